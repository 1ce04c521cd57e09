//! How a request to the provider shows which client sends it (RFC 6749 §2.3, RFC 7523 §2.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::byte_serialize;

use super::error::ProtocolError;
use crate::client_auth::{
    Assertion, AssertionError, AssertionSource, ClientCredentials, ClientKeyPair, SecretMethod,
};
use crate::clock::SharedClock;
use crate::provider::Metadata;
use crate::secret::Secret;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The client's part of a request: exactly one method.
pub(super) enum Authentication<'c> {
    /// Nothing but the client id in the form.
    None,
    /// The value of HTTP Basic.
    Basic(Secret),
    /// The secret in the form.
    Post(&'c Secret),
    /// An assertion in the form.
    Assertion(Secret),
}

impl<'c> Authentication<'c> {
    /// Decides about one request. A key and an assertion are used whatever the provider offers, so
    /// that a changed discovery document cannot bring about a weaker method.
    pub(super) async fn decide(
        client_id: &str,
        credentials: &'c ClientCredentials,
        metadata: &Metadata,
        clock: &SharedClock,
    ) -> Result<Self, ProtocolError> {
        match credentials {
            ClientCredentials::None => Ok(Self::None),
            ClientCredentials::Secret { secret, method } => {
                match method.map_or_else(|| method_for(metadata), Ok)? {
                    SecretMethod::Basic => Ok(Self::Basic(basic(client_id, secret))),
                    SecretMethod::Post => Ok(Self::Post(secret)),
                }
            }
            ClientCredentials::Key { pair, audience } => {
                let assertion = Assertion {
                    client_id,
                    audience: audience.as_deref().unwrap_or(&metadata.issuer),
                    issued_at: clock.unix_seconds(),
                };
                signed(&assertion, pair, metadata).map(Self::Assertion)
            }
            ClientCredentials::Assertion(source) => obtained(source).await.map(Self::Assertion),
        }
    }

    /// What the form says about the client.
    pub(super) fn parameters<'p>(
        &'p self,
        client_id: &'p str,
    ) -> impl Iterator<Item = (&'static str, &'p str)> {
        let proof = match self {
            // The header names the client.
            Self::Basic(_) => [None, None, None],
            Self::None => [Some(("client_id", client_id)), None, None],
            Self::Post(secret) => [
                Some(("client_id", client_id)),
                Some(("client_secret", secret.expose())),
                None,
            ],
            Self::Assertion(assertion) => [
                Some(("client_id", client_id)),
                Some(("client_assertion_type", ASSERTION_TYPE)),
                Some(("client_assertion", assertion.expose())),
            ],
        };
        proof.into_iter().flatten()
    }

    /// The value of HTTP Basic, if that is the method.
    pub(super) fn basic(&self) -> Option<&Secret> {
        match self {
            Self::Basic(value) => Some(value),
            Self::None | Self::Post(_) | Self::Assertion(_) => None,
        }
    }
}

fn method_for(metadata: &Metadata) -> Result<SecretMethod, ProtocolError> {
    let offered = &metadata.token_endpoint_auth_methods;
    SecretMethod::by_discovery(offered).ok_or_else(|| {
        tracing::warn!(
            auth_methods_supported = ?offered,
            "could not authenticate to the provider, which offers neither `client_secret_basic` nor \
             `client_secret_post`: configure a key, an assertion, or the method (`client_auth`, \
             OIDC_CLIENT_AUTH)"
        );
        ProtocolError::ClientAuthNotOffered
    })
}

/// The credentials of HTTP Basic; id and secret are form-encoded first (RFC 6749 §2.3.1).
fn basic(client_id: &str, secret: &Secret) -> Secret {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(client_id), encode(secret.expose()));
    Secret::new(STANDARD.encode(pair))
}

fn signed(
    assertion: &Assertion<'_>,
    key: &ClientKeyPair,
    metadata: &Metadata,
) -> Result<Secret, ProtocolError> {
    let accepted = metadata.client_assertion_algorithms.as_deref();
    assertion.sign(key, accepted).map_err(|_| {
        tracing::warn!("could not sign a client assertion");
        ProtocolError::NoClientAssertion
    })
}

async fn obtained(source: &AssertionSource) -> Result<Secret, ProtocolError> {
    source.get().await.map_err(|error: AssertionError| {
        tracing::warn!(%error, "could not get a client assertion");
        ProtocolError::NoClientAssertion
    })
}
