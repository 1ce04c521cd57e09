//! Whether an issuer is asked about its access tokens (RFC 7662).

use url::Url;

use crate::config::error::Setting;

/// Which access tokens an issuer is asked about (RFC 7662), see
/// [`OidcBuilder::introspect`](crate::OidcBuilder::introspect).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Introspect {
    /// None: only JWTs are accepted.
    #[default]
    Never,
    /// Those that are not JWTs. A JWT is verified by its signature alone, and one that does not verify
    /// is asked about by nobody.
    Opaque,
    /// JWTs as well, after their signatures are verified, so that a revoked one is noticed. The issuer
    /// must accept JWTs at its introspection endpoint; several do not.
    Always,
}

impl Introspect {
    pub(in crate::config) fn of_variable(text: &str) -> Result<Self, String> {
        match text {
            "never" => Ok(Self::Never),
            "opaque" => Ok(Self::Opaque),
            "always" => Ok(Self::Always),
            _ => Err("must be `never`, `opaque` or `always`".into()),
        }
    }
}

/// How an issuer is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct IntrospectionSettings {
    pub(crate) mode: Introspect,
    /// What its opaque tokens begin with, if that tells them from those of other issuers.
    pub(crate) token_prefix: Option<String>,
    /// Overrides `introspection_endpoint` of the discovery document.
    pub(crate) endpoint: Option<Url>,
}

/// The settings, as the application made them.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct IntrospectionBuilder {
    pub(in crate::config) mode: Setting<Introspect>,
    pub(in crate::config) token_prefix: Option<String>,
    pub(in crate::config) endpoint: Option<String>,
}

/// What is wrong with the beginning of tokens, if anything (RFC 6750 §2.1).
pub(in crate::config) fn prefix_problem(prefix: &str) -> Option<&'static str> {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if prefix.is_empty() {
        Some("is empty")
    } else {
        let all = prefix.bytes().all(is_of_token);
        (!all).then_some("contains characters that no bearer token has")
    }
}
