//! The settings of a server: its `OIDC_…` variables.

mod env_file;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oidc_runtime::{ConfigError, Oidc, OidcBuilder};

use crate::failure::Failure;
use crate::server::Transport;

const HEADING: &str = "Settings of the server";

/// Where the settings of the server come from.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct SettingsArgs {
    /// Read the server's `OIDC_…` variables from this file instead of the environment
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    env_file: Option<PathBuf>,
    /// `OIDC_CLIENT_ID`
    #[arg(long, value_name = "ID", help_heading = HEADING)]
    client_id: Option<String>,
    /// `OIDC_DISCOVERY_URL`: the provider's issuer or discovery address
    #[arg(long, value_name = "URL", help_heading = HEADING)]
    discovery_url: Option<String>,
    /// `OIDC_AUDIENCE`: what `aud` of access tokens has to contain; may be repeated
    #[arg(long, value_name = "AUDIENCE", help_heading = HEADING)]
    audience: Vec<String>,
    #[command(flatten)]
    transport: Transport,
}

impl SettingsArgs {
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }
}

/// The settings of a server. A variable without a value counts as absent, as in the server.
pub(crate) struct Settings {
    variables: BTreeMap<String, String>,
    root_certificate: Option<Vec<u8>>,
    allow_http: bool,
}

impl Settings {
    /// Arguments take precedence over the file or the environment.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub(crate) fn read(args: &SettingsArgs) -> Result<Self, Failure> {
        let mut variables = match &args.env_file {
            Some(path) => read_env_file(path)?,
            None => environment(),
        };
        let audience = (!args.audience.is_empty()).then(|| args.audience.join(" "));
        for (name, value) in [
            ("OIDC_CLIENT_ID", args.client_id.clone()),
            ("OIDC_DISCOVERY_URL", args.discovery_url.clone()),
            ("OIDC_AUDIENCE", audience),
        ] {
            if let Some(value) = value {
                variables.insert(name.to_owned(), value);
            }
        }
        variables.retain(|_, value| !value.is_empty());
        Ok(Self {
            variables,
            root_certificate: args.transport.certificate()?,
            allow_http: args.transport.insecure_allow_http,
        })
    }

    /// Settings with nothing but these variables.
    #[cfg(test)]
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            variables: variables.iter().map(owned).collect(),
            root_certificate: None,
            allow_http: false,
        }
    }

    /// Those of a server that knows nothing but this provider.
    pub(crate) fn only_provider(&self, discovery_url: &str) -> Self {
        let variables = [
            ("OIDC_CLIENT_ID", "doctor"),
            ("OIDC_DISCOVERY_URL", discovery_url),
        ];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            variables: variables.map(owned).into(),
            root_certificate: self.root_certificate.clone(),
            allow_http: self.allow_http,
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    pub(crate) fn words(&self, name: &str) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        text.split_ascii_whitespace().map(str::to_owned).collect()
    }

    pub(crate) fn root_certificate(&self) -> Option<&[u8]> {
        self.root_certificate.as_deref()
    }

    pub(crate) fn allows_http(&self) -> bool {
        self.allow_http
    }

    /// The server's own client.
    ///
    /// # Errors
    /// Those that the server would end with at start-up.
    pub(crate) fn oidc(&self) -> Result<Oidc, ConfigError> {
        self.builder().build()
    }

    pub(crate) fn builder(&self) -> OidcBuilder {
        let mut builder = OidcBuilder::from_variables(|name| self.variables.get(name).cloned());
        if let Some(certificate) = &self.root_certificate {
            builder = builder.root_certificate(certificate.clone());
        }
        if self.allow_http {
            builder = builder.insecure_allow_http();
        }
        builder
    }
}

fn environment() -> BTreeMap<String, String> {
    let is_ours = |(name, _): &(String, String)| name.starts_with("OIDC_");
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    variables.filter(is_ours).collect()
}

fn read_env_file(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let text = String::from_utf8(read_file(path)?)
        .map_err(|_| Failure::usage(format!("{} is not a text in UTF-8", path.display())))?;
    env_file::parse(&text).map_err(|line| {
        let path = path.display();
        Failure::usage(format!("{path}, line {line}: expected NAME=value"))
    })
}

pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path)
        .map_err(|error| Failure::usage(format!("could not read {}: {error}", path.display())))
}
