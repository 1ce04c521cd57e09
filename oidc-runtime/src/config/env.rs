//! Settings from environment variables.

use std::time::Duration;

use super::client_auth::ClientAuthBuilder;
use super::issuer::{IntrospectionBuilder, trusted_from_variables};
use super::resource::ResourceBuilder;
use super::{BoundTokens, Introspect, OidcBuilder, parse_bool};
use crate::jose::Algorithm;
use crate::secret::Secret;

/// The environment variables of the fields; the first one takes precedence.
const VARIABLES: [(&str, &[&str]); 42] = [
    ("client_id", &["OIDC_CLIENT_ID"]),
    ("client_secret", &["OIDC_CLIENT_SECRET"]),
    ("client_auth", &["OIDC_CLIENT_AUTH"]),
    ("client_auth.key", &["OIDC_CLIENT_KEY_FILE"]),
    ("client_auth.key_id", &["OIDC_CLIENT_KEY_ID"]),
    ("client_auth.assertion", &["OIDC_CLIENT_ASSERTION_FILE"]),
    ("discovery_url", &["OIDC_DISCOVERY_URL"]),
    ("issuer", &["OIDC_ISSUER"]),
    ("jwks_uri", &["OIDC_JWKS_URI"]),
    ("audience", &["OIDC_AUDIENCE"]),
    ("trust", &["OIDC_TRUST"]),
    ("introspect", &["OIDC_INTROSPECTION"]),
    ("token_prefix", &["OIDC_TOKEN_PREFIX"]),
    ("introspection_cache", &["OIDC_INTROSPECTION_CACHE"]),
    ("resource", &["OIDC_RESOURCE"]),
    ("resource_name", &["OIDC_RESOURCE_NAME"]),
    ("resource_documentation", &["OIDC_RESOURCE_DOCUMENTATION"]),
    ("resource_scopes", &["OIDC_RESOURCE_SCOPES"]),
    ("requested_resources", &["OIDC_REQUESTED_RESOURCES"]),
    ("challenge_scopes", &["OIDC_CHALLENGE_SCOPES"]),
    ("scope_prefix", &["OIDC_SCOPE_PREFIX"]),
    ("browser_clients", &["OIDC_BROWSER_CLIENTS"]),
    ("bound_tokens", &["OIDC_BOUND_TOKENS"]),
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
    ("sessions.key", &["OIDC_SESSION_KEY"]),
    ("sessions.store", &["OIDC_SESSION_STORE"]),
    ("sessions.idle", &["OIDC_SESSION_IDLE"]),
    ("sessions.lifetime", &["OIDC_SESSION_LIFETIME"]),
    ("sessions.userinfo", &["OIDC_SESSION_USERINFO"]),
    ("sessions.trusted_origin", &["OIDC_TRUSTED_ORIGIN"]),
    ("sessions.staleness", &["OIDC_SESSION_STALENESS"]),
];

/// The name that py-oidc-auth uses for `OIDC_PUBLIC_URL`.
const PROXY: &str = "OIDC_PROXY";

/// The environment variables that set a field.
pub(super) fn variables(field: &str) -> &'static [&'static str] {
    let mut variables = VARIABLES.into_iter();
    let found = variables.find(|(name, _)| *name == field);
    found.map_or(&[], |(_, variables)| variables)
}

impl OidcBuilder {
    /// Returns a builder with the settings of the environment variables. Those that are not set, or
    /// empty, leave the default. Methods of the builder override the variables, or add to those
    /// with several values.
    ///
    /// | variable | method | format |
    /// |---|---|---|
    /// | `OIDC_CLIENT_ID` | [`client_id`](Self::client_id) | text |
    /// | `OIDC_CLIENT_SECRET` | [`client_secret`](Self::client_secret) | text |
    /// | `OIDC_CLIENT_AUTH` | [`client_auth`](Self::client_auth) | `basic`, `post` or `none` |
    /// | `OIDC_CLIENT_KEY_FILE` | [`ClientKey::file`](crate::ClientKey::file) | path |
    /// | `OIDC_CLIENT_KEY_ID` | [`ClientKey::id`](crate::ClientKey::id) | text |
    /// | `OIDC_CLIENT_ASSERTION_FILE` | [`ClientAuth::assertion_file`](crate::ClientAuth::assertion_file) | path |
    /// | `OIDC_DISCOVERY_URL` | [`discovery_url`](Self::discovery_url) | URL |
    /// | `OIDC_ISSUER` | [`issuer`](Self::issuer) | URL |
    /// | `OIDC_JWKS_URI` | [`jwks_uri`](Self::jwks_uri) | URL |
    /// | `OIDC_AUDIENCE` | [`audience`](Self::audience) | separated by spaces |
    /// | `OIDC_TRUST` | [`trust`](Self::trust) | names separated by spaces, see below |
    /// | `OIDC_INTROSPECTION` | [`introspect`](Self::introspect) | `never`, `opaque`, `always` |
    /// | `OIDC_TOKEN_PREFIX` | [`token_prefix`](Self::token_prefix) | text |
    /// | `OIDC_INTROSPECTION_CACHE` | [`introspection_cache`](Self::introspection_cache) | seconds |
    /// | `OIDC_RESOURCE` | [`resource`](Self::resource) | URL |
    /// | `OIDC_RESOURCE_NAME` | [`resource_name`](Self::resource_name) | text |
    /// | `OIDC_RESOURCE_DOCUMENTATION` | [`resource_documentation`](Self::resource_documentation) | URL |
    /// | `OIDC_RESOURCE_SCOPES` | [`resource_scopes`](Self::resource_scopes) | separated by spaces |
    /// | `OIDC_REQUESTED_RESOURCES` | [`requested_resources`](Self::requested_resources) | URIs separated by spaces; `none` |
    /// | `OIDC_CHALLENGE_SCOPES` | [`challenge_scopes`](Self::challenge_scopes) | separated by spaces |
    /// | `OIDC_SCOPE_PREFIX` | [`scope_prefix`](Self::scope_prefix) | text |
    /// | `OIDC_BROWSER_CLIENTS` | [`browser_clients`](Self::browser_clients) | origins separated by spaces; `*` |
    /// | `OIDC_BOUND_TOKENS` | [`bound_tokens`](Self::bound_tokens) | `checked-by-gateway` |
    /// | `OIDC_AUTHORIZED_PARTIES` | [`authorized_parties`](Self::authorized_parties) | separated by spaces |
    /// | `OIDC_ROLES_FROM` | [`roles_from`](Self::roles_from) | paths separated by spaces |
    /// | `OIDC_SCOPES` | [`scopes`](Self::scopes) | separated by spaces |
    /// | `OIDC_OFFLINE_ACCESS` | [`offline_access`](Self::offline_access) | boolean |
    /// | `OIDC_REFRESH_TOKEN_LIFETIME` | [`refresh_token_lifetime`](Self::refresh_token_lifetime) | seconds |
    /// | `OIDC_RETURN_ID_TOKEN` | [`return_id_token`](Self::return_id_token) | boolean |
    /// | `OIDC_ALGORITHMS` | [`algorithms`](Self::algorithms) | separated by spaces |
    /// | `OIDC_ALLOWED_REDIRECTS` | [`allowed_redirect`](Self::allowed_redirect) | URIs separated by spaces |
    /// | `OIDC_LOOPBACK_REDIRECTS` | [`loopback_redirects`](Self::loopback_redirects) | boolean |
    /// | `OIDC_PUBLIC_URL` (or `OIDC_PROXY`, as in py-oidc-auth) | [`public_url`](Self::public_url) | URL |
    /// | `OIDC_STATE_KEY` | [`state_key`](Self::state_key) | text |
    /// | `OIDC_TIMEOUT` | [`timeout`](Self::timeout) | seconds |
    ///
    /// Each name in `OIDC_TRUST` has variables of its own. Those of `partner` begin with
    /// `OIDC_TRUST_PARTNER_` and end with `DISCOVERY_URL` (required), `ISSUER`, `JWKS_URI`, `AUDIENCE`
    /// (required), `ALGORITHMS`, `SCOPES_FROM`, `ROLES_FROM`, `ROLES_PREFIX`, `EVERYWHERE`, `TEMPLATE`
    /// (the claim that names the tenant), `TENANTS`, `INSECURE_ANY_TENANT`,
    /// `INTROSPECTION`, `TOKEN_PREFIX`, `CLIENT_ID`, `CLIENT_SECRET`, `CLIENT_AUTH`, `CLIENT_KEY_FILE`,
    /// `CLIENT_KEY_ID` and `CLIENT_ASSERTION_FILE`; see [`Issuer`](crate::Issuer).
    ///
    /// `OIDC_CLIENT_AUTH` is about the secret; a key and an assertion are used whatever it says.
    ///
    /// A boolean is `true` or `false`, `1` or `0`, `yes` or `no`, `on` or `off`. Malformed values that
    /// no method overrides are reported by [`build`](Self::build).
    ///
    /// ```no_run
    /// use oidc::OidcBuilder;
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = OidcBuilder::from_env().realm("orders").build()?;
    /// # Ok(()) }
    /// ```
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Like [`from_env`](Self::from_env), with the variables that the function returns, for example
    /// from a configuration file.
    ///
    /// ```
    /// use oidc::OidcBuilder;
    ///
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
        Self {
            client_id: read("client_id"),
            client_secret: read("client_secret").map(Secret::new),
            client_auth: ClientAuthBuilder::of_variables(read),
            discovery_url: read("discovery_url"),
            issuer: read("issuer"),
            jwks_uri: read("jwks_uri"),
            audiences: words("audience").unwrap_or_default(),
            resource: ResourceBuilder {
                identifier: read("resource"),
                requested: words("requested_resources").map(unless_none),
                name: read("resource_name"),
                documentation: read("resource_documentation"),
                scopes: read("resource_scopes"),
                challenge_scopes: read("challenge_scopes"),
                scope_prefix: read("scope_prefix"),
                browser_clients: words("browser_clients"),
            },
            bound_tokens: read("bound_tokens")
                .as_deref()
                .map(BoundTokens::of_variable),
            authorized_parties: words("authorized_parties"),
            roles_from: words("roles_from"),
            scopes: read("scopes"),
            offline_access: read("offline_access").as_deref().map(flag),
            refresh_token_lifetime: read("refresh_token_lifetime").as_deref().map(seconds),
            return_id_token: read("return_id_token").as_deref().map(flag),
            algorithms: read("algorithms").as_deref().map(algorithms),
            allowed_redirects: words("allowed_redirects").unwrap_or_default(),
            loopback_redirects: read("loopback_redirects").as_deref().map(flag),
            public_url: read("public_url").map(|url| public_url(url, set(PROXY).as_deref())),
            state_key: read("state_key").map(Secret::new),
            timeout: read("timeout").as_deref().map(seconds),
            trusted: trusted_from_variables(set),
            introspection: IntrospectionBuilder {
                mode: read("introspect").as_deref().map(Introspect::of_variable),
                token_prefix: read("token_prefix"),
                endpoint: None,
            },
            introspection_cache: read("introspection_cache").as_deref().map(seconds),
            ..Self::default()
        }
    }
}

/// A list that is empty cannot be told from a variable that is not set, so there is a word for it.
fn unless_none(words: Vec<String>) -> Vec<String> {
    if words == ["none"] { Vec::new() } else { words }
}

pub(super) fn flag(text: &str) -> Result<bool, String> {
    parse_bool(text).ok_or_else(|| "must be `true` or `false`".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "must be a number of seconds".to_owned())
}

pub(super) fn algorithms(names: &str) -> Result<Vec<Algorithm>, String> {
    let names = names.split_ascii_whitespace();
    let algorithms: Result<_, _> = names.map(str::parse::<Algorithm>).collect();
    algorithms.map_err(|error| error.to_string())
}

fn public_url(url: String, proxy: Option<&str>) -> Result<String, String> {
    let is_same = |proxy: &str| proxy.trim_end_matches('/') == url.trim_end_matches('/');
    if proxy.is_none_or(is_same) {
        Ok(url)
    } else {
        Err("has two different values; set only one of the variables".to_owned())
    }
}
