//! The configuration from environment variables.

use std::time::Duration;

use super::{OidcBuilder, parse_bool};
use crate::jwt::Algorithm;

impl OidcBuilder {
    /// Reads the variables `OIDC_CLIENT_ID`, `OIDC_DISCOVERY_URL`, `OIDC_CLIENT_SECRET`,
    /// `OIDC_SCOPES`, `OIDC_AUDIENCE`, `OIDC_RESOURCE`, `OIDC_AUTHORIZED_PARTIES`,
    /// `OIDC_ROLES_FROM`, `OIDC_PROXY`, `OIDC_OFFLINE_ACCESS`,
    /// `OIDC_REFRESH_TOKEN_LIFETIME` (seconds), `OIDC_RETURN_ID_TOKEN`, `OIDC_TIMEOUT` (seconds),
    /// `OIDC_ALGORITHMS`, `OIDC_JWKS_URI`, `OIDC_ISSUER`, `OIDC_ALLOWED_REDIRECTS`,
    /// `OIDC_LOOPBACK_REDIRECTS` and `OIDC_STATE_KEY`. An empty variable counts as not set; what
    /// is set can be overridden by the methods of the builder.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Like [`from_env`](Self::from_env), with variables from elsewhere.
    ///
    /// ```
    /// use oidc_runtime::OidcBuilder;
    /// let builder = OidcBuilder::from_variables(|name| match name {
    ///     "OIDC_CLIENT_ID" => Some("app".into()),
    ///     "OIDC_DISCOVERY_URL" => Some("https://login.example.org".into()),
    ///     _ => None,
    /// });
    /// assert!(builder.build().is_ok());
    /// ```
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name| variable(name).filter(|value| !value.is_empty());
        let words = |name| -> Option<Vec<String>> {
            let text = read(name)?;
            Some(text.split_ascii_whitespace().map(str::to_owned).collect())
        };
        let mut builder = Self {
            client_id: read("OIDC_CLIENT_ID"),
            client_secret: read("OIDC_CLIENT_SECRET").map(crate::secret::Secret::new),
            discovery_url: read("OIDC_DISCOVERY_URL"),
            issuer: read("OIDC_ISSUER"),
            jwks_uri: read("OIDC_JWKS_URI"),
            audiences: words("OIDC_AUDIENCE").unwrap_or_default(),
            resources: words("OIDC_RESOURCE").unwrap_or_default(),
            authorized_parties: words("OIDC_AUTHORIZED_PARTIES"),
            roles_from: words("OIDC_ROLES_FROM"),
            scopes: read("OIDC_SCOPES"),
            allowed_redirects: words("OIDC_ALLOWED_REDIRECTS").unwrap_or_default(),
            public_url: read("OIDC_PROXY"),
            state_key: read("OIDC_STATE_KEY").map(crate::secret::Secret::new),
            ..Self::default()
        };
        builder.read_algorithms(read("OIDC_ALGORITHMS"));
        builder.offline_access = builder.flag("offline_access", read("OIDC_OFFLINE_ACCESS"));
        builder.loopback_redirects =
            builder.flag("loopback_redirects", read("OIDC_LOOPBACK_REDIRECTS"));
        builder.return_id_token = builder.flag("return_id_token", read("OIDC_RETURN_ID_TOKEN"));
        builder.refresh_token_lifetime = builder.seconds(
            "refresh_token_lifetime",
            read("OIDC_REFRESH_TOKEN_LIFETIME"),
        );
        builder.timeout = builder.seconds("timeout", read("OIDC_TIMEOUT"));
        builder
    }

    fn read_algorithms(&mut self, text: Option<String>) {
        let Some(text) = text else { return };
        let names = text.split_ascii_whitespace().map(str::parse::<Algorithm>);
        self.algorithms = self
            .problems
            .check("algorithms", names.collect())
            .or(Some(Vec::new()));
    }

    fn flag(&mut self, field: &'static str, text: Option<String>) -> Option<bool> {
        let flag = parse_bool(&text?);
        if flag.is_none() {
            self.problems.add(field, "must be true or false");
        }
        flag
    }

    fn seconds(&mut self, field: &'static str, text: Option<String>) -> Option<Duration> {
        let seconds = text?
            .parse()
            .ok()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        if seconds.is_none() {
            self.problems.add(field, "must be a number of seconds");
        }
        seconds
    }
}
