//! The configuration from environment variables.

use std::time::Duration;

use super::{OidcBuilder, parse_bool};
use crate::jose::Algorithm;
use crate::secret::Secret;

/// The environment variables of each field that has one; the first is the preferred one.
const VARIABLES: [(&str, &[&str]); 19] = [
    ("client_id", &["OIDC_CLIENT_ID"]),
    ("client_secret", &["OIDC_CLIENT_SECRET"]),
    ("discovery_url", &["OIDC_DISCOVERY_URL"]),
    ("issuer", &["OIDC_ISSUER"]),
    ("jwks_uri", &["OIDC_JWKS_URI"]),
    ("audience", &["OIDC_AUDIENCE"]),
    ("resource", &["OIDC_RESOURCE"]),
    ("authorized_parties", &["OIDC_AUTHORIZED_PARTIES"]),
    ("roles_from", &["OIDC_ROLES_FROM"]),
    ("scopes", &["OIDC_SCOPES"]),
    ("offline_access", &["OIDC_OFFLINE_ACCESS"]),
    ("refresh_token_lifetime", &["OIDC_REFRESH_TOKEN_LIFETIME"]),
    ("return_id_token", &["OIDC_RETURN_ID_TOKEN"]),
    ("algorithms", &["OIDC_ALGORITHMS"]),
    ("allowed_redirects", &["OIDC_ALLOWED_REDIRECTS"]),
    ("loopback_redirects", &["OIDC_LOOPBACK_REDIRECTS"]),
    ("public_url", &["OIDC_PUBLIC_URL", PROXY]),
    ("state_key", &["OIDC_STATE_KEY"]),
    ("timeout", &["OIDC_TIMEOUT"]),
];

/// The name of `OIDC_PUBLIC_URL` in py-oidc-auth.
const PROXY: &str = "OIDC_PROXY";

/// The environment variables that set a field.
pub(super) fn variables(field: &str) -> &'static [&'static str] {
    let mut variables = VARIABLES.into_iter();
    let found = variables.find(|(name, _)| *name == field);
    found.map_or(&[], |(_, variables)| variables)
}

impl OidcBuilder {
    /// Reads the variables `OIDC_CLIENT_ID`, `OIDC_DISCOVERY_URL`, `OIDC_CLIENT_SECRET`,
    /// `OIDC_SCOPES`, `OIDC_AUDIENCE`, `OIDC_RESOURCE`, `OIDC_AUTHORIZED_PARTIES`,
    /// `OIDC_ROLES_FROM`, `OIDC_PUBLIC_URL` (or `OIDC_PROXY`, as py-oidc-auth calls it),
    /// `OIDC_OFFLINE_ACCESS`, `OIDC_REFRESH_TOKEN_LIFETIME` (seconds), `OIDC_RETURN_ID_TOKEN`,
    /// `OIDC_TIMEOUT` (seconds), `OIDC_ALGORITHMS`, `OIDC_JWKS_URI`, `OIDC_ISSUER`,
    /// `OIDC_ALLOWED_REDIRECTS`, `OIDC_LOOPBACK_REDIRECTS` and `OIDC_STATE_KEY`. An empty variable
    /// counts as not set; the methods of the builder override what is set.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Like [`from_env`](Self::from_env), with variables from elsewhere.
    ///
    /// ```
    /// use oidc::OidcBuilder;
    /// let builder = OidcBuilder::from_variables(|name| match name {
    ///     "OIDC_CLIENT_ID" => Some("app".into()),
    ///     "OIDC_DISCOVERY_URL" => Some("https://login.example.org".into()),
    ///     _ => None,
    /// });
    /// assert!(builder.build().is_ok());
    /// ```
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let read = |field| variables(field).iter().copied().find_map(set);
        let words = |field| -> Option<Vec<String>> {
            let text = read(field)?;
            Some(text.split_ascii_whitespace().map(str::to_owned).collect())
        };
        let mut builder = Self {
            client_id: read("client_id"),
            client_secret: read("client_secret").map(Secret::new),
            discovery_url: read("discovery_url"),
            issuer: read("issuer"),
            jwks_uri: read("jwks_uri"),
            audiences: words("audience").unwrap_or_default(),
            resources: words("resource").unwrap_or_default(),
            authorized_parties: words("authorized_parties"),
            roles_from: words("roles_from"),
            scopes: read("scopes"),
            allowed_redirects: words("allowed_redirects").unwrap_or_default(),
            public_url: read("public_url"),
            state_key: read("state_key").map(Secret::new),
            ..Self::default()
        };
        builder.check_proxy(set(PROXY).as_deref());
        builder.read_algorithms(read("algorithms"));
        builder.offline_access = builder.flag("offline_access", read("offline_access"));
        builder.loopback_redirects = builder.flag("loopback_redirects", read("loopback_redirects"));
        builder.return_id_token = builder.flag("return_id_token", read("return_id_token"));
        builder.refresh_token_lifetime =
            builder.seconds("refresh_token_lifetime", read("refresh_token_lifetime"));
        builder.timeout = builder.seconds("timeout", read("timeout"));
        builder
    }

    fn check_proxy(&mut self, proxy: Option<&str>) {
        if proxy.is_some() && proxy != self.public_url.as_deref() {
            let message = "has two different values; set one of the variables only";
            self.problems.add("public_url", message);
        }
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
