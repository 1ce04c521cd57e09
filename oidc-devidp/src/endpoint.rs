//! The endpoints, as faults and counters name them.

/// An endpoint of the provider, for faults and counters.
///
/// ```
/// use oidc_devidp::{Endpoint, TestIdp};
///
/// let idp = TestIdp::start_blocking();
/// let token_endpoint = format!("{}{}", idp.issuer(), Endpoint::Token.path());
/// assert!(token_endpoint.ends_with("/token"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `/.well-known/openid-configuration`, below the path of the issuer (OpenID Connect Discovery
    /// §4) and, as clients of MCP servers try it, before that path
    Discovery,
    /// `/.well-known/oauth-authorization-server`, before the path of the issuer (RFC 8414 §3.1)
    AuthorizationServer,
    /// `/jwks`
    Jwks,
    /// `/authorize`, without its forms
    Authorize,
    /// `/token`
    Token,
    /// `/device_authorization`
    Device,
    /// `/userinfo`
    Userinfo,
    /// `/end_session`, without its form
    EndSession,
    /// `/revoke`
    Revocation,
    /// `/introspect`
    Introspection,
    /// `/register`, if [`Config::registration`](crate::Config::registration) is on
    Registration,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 11] = [
        Self::Discovery,
        Self::AuthorizationServer,
        Self::Jwks,
        Self::Authorize,
        Self::Token,
        Self::Device,
        Self::Userinfo,
        Self::EndSession,
        Self::Revocation,
        Self::Introspection,
        Self::Registration,
    ];

    /// The path below the issuer; that of [`Endpoint::AuthorizationServer`] comes before the issuer's
    /// own.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Discovery => "/.well-known/openid-configuration",
            Self::AuthorizationServer => "/.well-known/oauth-authorization-server",
            Self::Jwks => "/jwks",
            Self::Authorize => "/authorize",
            Self::Token => "/token",
            Self::Device => "/device_authorization",
            Self::Userinfo => "/userinfo",
            Self::EndSession => "/end_session",
            Self::Revocation => "/revoke",
            Self::Introspection => "/introspect",
            Self::Registration => "/register",
        }
    }

    /// The endpoint at a path of the server, whose issuer has the path `below`.
    pub(crate) fn at(path: &str, below: &str) -> Option<Self> {
        let is_inserted = |endpoint: &Self| path.strip_prefix(endpoint.path()) == Some(below);
        let inserted = [Self::Discovery, Self::AuthorizationServer];
        let inserted = inserted.into_iter().find(is_inserted);
        inserted.or_else(|| {
            let path = path.strip_prefix(below).unwrap_or(path);
            let is_here = |endpoint: &Self| endpoint.path() == path;
            let mut endpoints = Self::ALL.into_iter();
            endpoints.find(|endpoint| is_here(endpoint) && *endpoint != Self::AuthorizationServer)
        })
    }
}
