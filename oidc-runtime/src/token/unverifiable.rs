//! Log messages about tokens that this library cannot verify, with what to configure.

use std::collections::BTreeSet;
use std::sync::{Mutex, Once, PoisonError};

use serde::Deserialize;

use crate::jose::{Algorithm, TokenError, decode};

/// How much of the name of an unknown algorithm is logged.
const MAX_PRINTED_CHARS: usize = 32;
#[cfg(feature = "sessions")]
const MAX_AUDIENCE_CHARS: usize = 128;

/// Hints about access tokens, each logged once: anyone can send such tokens, so they may not be the
/// provider's.
#[derive(Debug)]
pub(crate) struct Hints {
    opaque: Once,
    encrypted: Once,
    issuer: Once,
    algorithm: Once,
    unknown_issuers: Mutex<BTreeSet<&'static str>>,
    #[cfg(feature = "sessions")]
    audience: Once,
    #[cfg(feature = "sessions")]
    subject: Once,
}

impl Hints {
    pub(crate) fn new() -> Self {
        Self {
            opaque: Once::new(),
            encrypted: Once::new(),
            issuer: Once::new(),
            algorithm: Once::new(),
            unknown_issuers: Mutex::default(),
            #[cfg(feature = "sessions")]
            audience: Once::new(),
            #[cfg(feature = "sessions")]
            subject: Once::new(),
        }
    }

    /// Logs that a token names an issuer that nobody trusts.
    pub(crate) fn foreign_issuer(&self, expected: &str) {
        self.issuer.call_once(|| {
            tracing::info!(
                code = TokenError::IssuerMismatch.code(),
                expected,
                "received a token of another issuer. If the provider issued it, set `issuer` \
                 (OIDC_ISSUER); if its users should be accepted, trust it with `trust` (OIDC_TRUST)"
            );
        });
    }

    /// Logs that a rule names an issuer which the configuration does not have.
    pub(crate) fn unknown_issuer(&self, name: &'static str) {
        let names = self.unknown_issuers.lock();
        if names.unwrap_or_else(PoisonError::into_inner).insert(name) {
            tracing::error!(
                issuer = name,
                "a rule names an issuer that is not configured, so it lets nobody in; correct the \
                 name, or configure the issuer. `Oidc::check` finds such rules in a test"
            );
        }
    }

    /// Logs that the access tokens of sessions are for another API.
    #[cfg(feature = "sessions")]
    pub(crate) fn foreign_audience(&self, audience: impl FnOnce() -> String) {
        self.audience.call_once(|| {
            let audience: String = audience().chars().take(MAX_AUDIENCE_CHARS).collect();
            tracing::info!(
                audience,
                "the access token of a session is for another audience, so its claims (roles, \
                 permissions) do not count. If they should, accept the audience with `audience` \
                 (OIDC_AUDIENCE), or let the provider add the claims to the ID token"
            );
        });
    }

    /// Logs that the access tokens of sessions are about somebody else.
    #[cfg(feature = "sessions")]
    pub(crate) fn foreign_subject(&self) {
        self.subject.call_once(|| {
            tracing::warn!(
                "the access token of a session has another subject (`sub`) than its ID token, so \
                 its claims are not used: some providers do that if an API is registered apart"
            );
        });
    }

    /// Logs what to configure in case the rejected access token is the provider's.
    pub(crate) fn refused(&self, reason: TokenError, token: &str, accepted: &[Algorithm]) {
        let code = reason.code();
        match reason {
            TokenError::Malformed if !has_three_parts(token) => self.opaque.call_once(|| {
                tracing::info!(
                    code,
                    "received a bearer token that is not a JWT. If the provider issued it, its \
                     access tokens are opaque: sign-in works, but guarded routes respond with 401. \
                     Ask the provider about them with `introspect` (OIDC_INTROSPECTION=opaque), or \
                     configure it to issue JWTs; many require an API with an audience of its own for \
                     that, set as `audience` (OIDC_AUDIENCE)"
                );
            }),
            TokenError::Encrypted => self.encrypted.call_once(|| {
                tracing::info!(
                    code,
                    "received an encrypted token, which is not supported. If the provider issued \
                     it, disable the encryption of access tokens there"
                );
            }),
            // Avoids parsing the header again once the hint was logged.
            TokenError::AlgorithmNotAllowed if !self.algorithm.is_completed() => {
                let Some(found) = unaccepted_algorithm(token, accepted) else {
                    return;
                };
                self.algorithm.call_once(|| {
                    tracing::info!(
                        code,
                        found = ?found,
                        accepted = names(accepted),
                        supported = names(&Algorithm::ALL),
                        "received a token with a signature algorithm that is not accepted. If the \
                         provider issued it, configure the provider to sign access tokens with an \
                         accepted algorithm, or extend `algorithms` (OIDC_ALGORITHMS) if the \
                         algorithm is supported"
                    );
                });
            }
            _ => {}
        }
    }
}

/// Logs why an ID token could not be verified. It came from the provider itself, so this is logged
/// every time.
pub(crate) fn refused_id_token(reason: TokenError, token: &str, accepted: &[Algorithm]) {
    let code = reason.code();
    match reason {
        TokenError::Encrypted => tracing::warn!(
            code,
            "the provider sent an encrypted ID token, which is not supported; disable the \
             encryption of ID tokens for this client there (`id_token_encrypted_response_alg`)"
        ),
        // Keys of algorithms that are not accepted are skipped, so they are unknown.
        TokenError::AlgorithmNotAllowed | TokenError::KeyUnknown => {
            if let Some(found) = unaccepted_algorithm(token, accepted) {
                tracing::warn!(
                    code,
                    found = ?found,
                    accepted = names(accepted),
                    supported = names(&Algorithm::ALL),
                    "the provider sent an ID token with a signature algorithm that is not \
                     accepted; configure it to sign ID tokens with an accepted algorithm \
                     (`id_token_signed_response_alg`), or extend `algorithms` (OIDC_ALGORITHMS) \
                     if the algorithm is supported"
                );
            }
        }
        _ => {}
    }
}

/// Whether the token has the form of a JWS (RFC 7515 §7.1).
fn has_three_parts(token: &str) -> bool {
    token.split('.').count() == 3
}

/// The `alg` parameter of a header, with any value.
#[derive(Deserialize)]
struct Named {
    alg: String,
}

/// The name of the token's algorithm, truncated, if the configuration does not accept it.
/// `None` if it does: then the key does not match.
fn unaccepted_algorithm(token: &str, accepted: &[Algorithm]) -> Option<String> {
    let header = decode(token.split('.').next()?).ok()?;
    let Named { alg } = serde_json::from_slice(&header).ok()?;
    let is_accepted = accepted.iter().any(|accepted| accepted.name() == alg);
    (!is_accepted).then(|| alg.chars().take(MAX_PRINTED_CHARS).collect())
}

/// The names separated by spaces, as in `OIDC_ALGORITHMS`.
fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms
        .iter()
        .map(|algorithm| algorithm.name())
        .collect();
    names.join(" ")
}
