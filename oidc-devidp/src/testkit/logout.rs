//! Logout tokens for tests.

use serde_json::json;

use super::token::TokenBuilder;
use crate::controls::ANOTHER_ISSUER;
use crate::keys::Algorithm;

/// What is wrong with a logout token that a relying party has to refuse with 400
/// (OpenID Connect Back-Channel Logout §2.6).
///
/// The names follow the OpenID Foundation's tests `oidcc-client-test-rp-backchannel-rpinitlogout-*`.
///
/// ```
/// use oidc_devidp::{LogoutViolation, TestIdp};
///
/// let idp = TestIdp::start_blocking();
/// for violation in LogoutViolation::ALL {
///     let token = idp.logout_token().violate(violation).mint();
///     // .. post it to the application, which has to respond with 400 ..
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogoutViolation {
    /// `alg-none`: it is not signed.
    AlgNone,
    /// `wrong-alg`: it is signed by a published key, but with another algorithm than the metadata
    /// has in `id_token_signing_alg_values_supported`.
    WrongAlg,
    /// `no-event`: it has no `events`.
    NoEvent,
    /// `wrong-event`: its `events` has another event.
    WrongEvent,
    /// `with-nonce`: it has a `nonce`, which only ID tokens have.
    WithNonce,
    /// `wrong-aud`: it is for another client.
    WrongAud,
    /// `wrong-iss`: it is from another issuer.
    WrongIss,
}

impl LogoutViolation {
    /// Every violation.
    pub const ALL: [Self; 7] = [
        Self::AlgNone,
        Self::WrongAlg,
        Self::NoEvent,
        Self::WrongEvent,
        Self::WithNonce,
        Self::WrongAud,
        Self::WrongIss,
    ];
}

impl TokenBuilder {
    /// Makes a logout token one that has to be refused.
    pub fn violate(self, violation: LogoutViolation) -> Self {
        match violation {
            LogoutViolation::AlgNone => self.unsigned(),
            LogoutViolation::WrongAlg => {
                let algorithm = another_than(self.algorithm());
                self.alg(algorithm)
            }
            LogoutViolation::NoEvent => self.without("events"),
            LogoutViolation::WrongEvent => {
                let another = json!({ "http://schemas.openid.net/event/another": {} });
                self.claim("events", another)
            }
            LogoutViolation::WithNonce => self.nonce("a-nonce"),
            LogoutViolation::WrongAud => self.audience("another-client"),
            LogoutViolation::WrongIss => self.issuer(ANOTHER_ISSUER),
        }
    }
}

fn another_than(algorithm: Algorithm) -> Algorithm {
    match algorithm {
        Algorithm::Es256 => Algorithm::Rs256,
        _ => Algorithm::Es256,
    }
}
