//! Tells the operator about tokens that can never be verified here, and what to configure.

use std::sync::Once;

use serde::Deserialize;

use crate::jose::Algorithm;
use crate::jose::TokenError;
use crate::jose::decode;

/// How much of an unknown algorithm's name is printed.
const MAX_PRINTED_CHARS: usize = 32;

/// What has been said about access tokens. Anyone can send such a token, so each thing is said
/// once, as something that may be about the provider's tokens.
#[derive(Debug)]
pub(crate) struct Hints {
    opaque: Once,
    encrypted: Once,
    algorithm: Once,
}

impl Hints {
    pub(crate) fn new() -> Self {
        Self {
            opaque: Once::new(),
            encrypted: Once::new(),
            algorithm: Once::new(),
        }
    }

    /// Says what follows if the access token, which was refused, is the provider's.
    pub(crate) fn refused(&self, reason: TokenError, token: &str, accepted: &[Algorithm]) {
        let code = reason.code();
        match reason {
            TokenError::Malformed if !has_three_parts(token) => self.opaque.call_once(|| {
                tracing::info!(
                    code,
                    "received a bearer token that is not a JWT. If it came from the provider, its \
                     access tokens are opaque: they cannot be verified here, so sign-in works, \
                     but guarded routes answer 401. Have the provider issue JWTs; for many that \
                     takes an API with an audience of its own, configured as `audience` \
                     (OIDC_AUDIENCE)"
                );
            }),
            TokenError::Encrypted => self.encrypted.call_once(|| {
                tracing::info!(
                    code,
                    "received an encrypted token, which cannot be read here. If it came from the \
                     provider, switch off the encryption of access tokens there"
                );
            }),
            // Reading the name again is not worth it once it was said.
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
                        "received a token of an algorithm that is not accepted. If it came from \
                         the provider, the provider has to sign access tokens with one of the \
                         accepted algorithms, which `algorithms` (OIDC_ALGORITHMS) narrows from \
                         the supported ones"
                    );
                });
            }
            _ => {}
        }
    }
}

/// Says why an ID token could not be verified. The provider itself sent it, so this is said each
/// time.
pub(crate) fn refused_id_token(reason: TokenError, token: &str, accepted: &[Algorithm]) {
    let code = reason.code();
    match reason {
        TokenError::Encrypted => tracing::warn!(
            code,
            "the provider sent an encrypted ID token, which cannot be read here; switch off the \
             encryption of ID tokens for this client there (`id_token_encrypted_response_alg`)"
        ),
        // Keys of algorithms that are not accepted are not among those that are known.
        TokenError::AlgorithmNotAllowed | TokenError::KeyUnknown => {
            if let Some(found) = unaccepted_algorithm(token, accepted) {
                tracing::warn!(
                    code,
                    found = ?found,
                    accepted = names(accepted),
                    supported = names(&Algorithm::ALL),
                    "the provider sent an ID token of an algorithm that is not accepted; it has \
                     to sign ID tokens with one of the accepted algorithms \
                     (`id_token_signed_response_alg`), which `algorithms` (OIDC_ALGORITHMS) \
                     narrows from the supported ones"
                );
            }
        }
        _ => {}
    }
}

/// Whether the token at least looks like a JWS (RFC 7515 §7.1).
fn has_three_parts(token: &str) -> bool {
    token.split('.').count() == 3
}

/// Of a header only what the algorithm is called, whatever that is.
#[derive(Deserialize)]
struct Named {
    alg: String,
}

/// The name of the token's algorithm, cut, if the configuration does not accept it. If it does,
/// it is the key that does not fit.
fn unaccepted_algorithm(token: &str, accepted: &[Algorithm]) -> Option<String> {
    let header = decode(token.split('.').next()?).ok()?;
    let Named { alg } = serde_json::from_slice(&header).ok()?;
    let is_accepted = accepted.iter().any(|accepted| accepted.name() == alg);
    (!is_accepted).then(|| alg.chars().take(MAX_PRINTED_CHARS).collect())
}

/// As in `OIDC_ALGORITHMS`.
fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms
        .iter()
        .map(|algorithm| algorithm.name())
        .collect();
    names.join(" ")
}
