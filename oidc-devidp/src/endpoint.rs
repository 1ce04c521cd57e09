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
    /// `/.well-known/openid-configuration`
    Discovery,
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
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 8] = [
        Self::Discovery,
        Self::Jwks,
        Self::Authorize,
        Self::Token,
        Self::Device,
        Self::Userinfo,
        Self::EndSession,
        Self::Revocation,
    ];

    /// The path below the issuer.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Discovery => "/.well-known/openid-configuration",
            Self::Jwks => "/jwks",
            Self::Authorize => "/authorize",
            Self::Token => "/token",
            Self::Device => "/device_authorization",
            Self::Userinfo => "/userinfo",
            Self::EndSession => "/end_session",
            Self::Revocation => "/revoke",
        }
    }

    pub(crate) fn of_path(path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|endpoint| endpoint.path() == path)
    }
}
