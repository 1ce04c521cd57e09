//! What a client proves its identity with, and the names of the methods.

use std::sync::Arc;

use super::key::ClientKeyPair;
use super::source::AssertionSource;
use crate::secret::Secret;

/// What a client proves its identity with. Only one kind at a time, so that no request uses two
/// methods (RFC 6749 §2.3).
#[derive(Clone, Debug, Default)]
pub(crate) enum ClientCredentials {
    /// Nothing: a public client.
    #[default]
    None,
    Secret {
        secret: Secret,
        /// `None` leaves the choice to what the provider offers.
        method: Option<SecretMethod>,
    },
    /// Signs an assertion for each request (RFC 7523 §2.2).
    Key {
        pair: Arc<ClientKeyPair>,
        /// Overrides the provider's issuer as the audience of the assertions.
        audience: Option<String>,
    },
    /// Assertions that somebody else makes.
    Assertion(AssertionSource),
}

/// How a secret is sent (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretMethod {
    Basic,
    Post,
}

impl ClientCredentials {
    /// The name of the method at a provider that offers these, for logs.
    pub(crate) fn method_name(&self, offered: &[String]) -> &'static str {
        match self {
            Self::None => "none",
            Self::Secret { method, .. } => method
                .or_else(|| SecretMethod::by_discovery(offered))
                .unwrap_or(SecretMethod::Basic)
                .name(),
            Self::Key { .. } => "private_key_jwt",
            Self::Assertion(_) => "client_assertion",
        }
    }

    /// The key, if that is what the client authenticates with, to do so elsewhere as well.
    pub(crate) fn key_pair(&self) -> Option<Arc<ClientKeyPair>> {
        match self {
            Self::Key { pair, .. } => Some(Arc::clone(pair)),
            Self::None | Self::Secret { .. } | Self::Assertion(_) => None,
        }
    }

    /// The key, if that is what the client authenticates with.
    pub(crate) fn key(&self) -> Option<&ClientKeyPair> {
        match self {
            Self::Key { pair, .. } => Some(pair),
            Self::None | Self::Secret { .. } | Self::Assertion(_) => None,
        }
    }
}

impl SecretMethod {
    /// The preferred one first.
    pub(crate) const ALL: [Self; 2] = [Self::Basic, Self::Post];

    /// The name in discovery documents (OpenID Connect Core §9).
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }

    /// The method for a provider that offers these; one that says nothing offers HTTP Basic (OpenID
    /// Connect Discovery §3). `None` if it takes no secret.
    pub(crate) fn by_discovery(offered: &[String]) -> Option<Self> {
        if offered.is_empty() {
            return Some(Self::Basic);
        }
        let is_offered = |method: &Self| offered.iter().any(|name| name == method.name());
        Self::ALL.into_iter().find(is_offered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_comes_first() {
        let (basic, post) = (Some(SecretMethod::Basic), Some(SecretMethod::Post));
        for (offered, method) in [
            (&[][..], basic),
            (&["client_secret_basic"], basic),
            (&["client_secret_post"], post),
            (&["client_secret_post", "client_secret_basic"], basic),
            (&["private_key_jwt", "client_secret_post"], post),
            (&["private_key_jwt", "none"], None),
            (&["CLIENT_SECRET_BASIC"], None),
        ] {
            let names: Vec<_> = offered.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(SecretMethod::by_discovery(&names), method, "{offered:?}");
        }
    }
}
