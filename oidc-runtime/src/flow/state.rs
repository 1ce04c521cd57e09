//! The sealed `state` of a sign-in (RFC 6749 §4.1.1): everything that the callback needs,
//! encrypted.

use aws_lc_rs::error::Unspecified;
use serde::{Deserialize, Serialize};

use crate::clock::UnixSeconds;
use crate::protocol::Proof;
use crate::seal::Sealer;
use crate::token::SKEW;

/// How long a user may take to sign in, in seconds.
pub(crate) const LIFETIME: UnixSeconds = 300;

/// A sign-in in progress.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct SignIn {
    pub(crate) redirect_uri: String,
    pub(crate) proof: Proof,
    pub(crate) nonce: String,
    /// The requested scope.
    pub(crate) scope: String,
    pub(crate) issued_at: UnixSeconds,
    /// The hash of the cookie of the browser that began it; `None` if the browser does not return
    /// to this application.
    pub(crate) browser: Option<String>,
}

/// Why a state is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StateError {
    /// Not sealed by this application, or modified.
    Forged,
    Expired,
    /// It was used before.
    Replayed,
    /// A different browser began the sign-in.
    BrowserMismatch,
    /// The sign-in began with a different redirect URI.
    RedirectUriMismatch,
}

impl SignIn {
    /// Companion clients return the part of the state after its last `|`; a sealed one contains
    /// none.
    pub(crate) fn seal(&self, sealer: &Sealer) -> Result<String, Unspecified> {
        sealer.report_once_if_unshared(|| {
            tracing::info!(
                "sign-ins are sealed with a random key of this process; several instances need a \
                 shared one: set `state_key` (OIDC_STATE_KEY)"
            );
        });
        sealer.seal(self)
    }

    /// Opens a state that was sealed here and has not expired.
    pub(crate) fn open(sealer: &Sealer, state: &str, now: UnixSeconds) -> Result<Self, StateError> {
        let sign_in: Self = sealer.open(state).ok_or(StateError::Forged)?;
        let age = now.saturating_sub(sign_in.issued_at);
        if !(-SKEW..LIFETIME).contains(&age) {
            return Err(StateError::Expired);
        }
        Ok(sign_in)
    }

    /// Marks the sign-in as used: of several requests with the same state only one succeeds. The
    /// provider accepts a code only once, so a record that is evicted early does no harm.
    pub(crate) fn use_up(&self, sealer: &Sealer, now: UnixSeconds) -> Result<(), StateError> {
        let end = now.saturating_add(LIFETIME + SKEW);
        let is_first = sealer.use_once(&self.nonce, now, end);
        is_first.then_some(()).ok_or(StateError::Replayed)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::secret::Secret;

    const NOW: UnixSeconds = 1_700_000_000;

    fn sign_in() -> SignIn {
        SignIn {
            redirect_uri: "http://localhost:53100/callback".into(),
            proof: Proof::Verifier("verifier".into()),
            nonce: "nonce".into(),
            scope: "openid profile".into(),
            issued_at: NOW,
            browser: None,
        }
    }

    fn sealer(secret: Option<&str>) -> Sealer {
        Sealer::new(secret.map(Secret::new).as_ref(), "test", "client", 2).unwrap()
    }

    #[test]
    fn a_state_is_opened_unchanged() {
        let sealer = sealer(None);
        let state = sign_in().seal(&sealer).unwrap();
        assert!(!state.contains(['|', '+', '/', '=']), "{state}");
        assert!(!state.contains("verifier"));
        assert_eq!(SignIn::open(&sealer, &state, NOW), Ok(sign_in()));
        assert_ne!(
            state,
            sign_in().seal(&sealer).unwrap(),
            "sealed the same twice"
        );
    }

    #[test]
    fn every_changed_byte_is_detected() {
        let sealer = sealer(None);
        let state = sign_in().seal(&sealer).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&state).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(
                SignIn::open(&sealer, &changed, NOW),
                Err(StateError::Forged),
                "byte {index}"
            );
        }
        for length in 0..state.len() {
            assert_eq!(
                SignIn::open(&sealer, &state[..length], NOW),
                Err(StateError::Forged)
            );
        }
        assert_eq!(
            SignIn::open(&sealer, &format!("{state}A"), NOW),
            Err(StateError::Forged)
        );
    }

    #[test]
    fn states_end() {
        let sealer = sealer(None);
        let state = sign_in().seal(&sealer).unwrap();
        assert!(SignIn::open(&sealer, &state, NOW + LIFETIME - 1).is_ok());
        assert_eq!(
            SignIn::open(&sealer, &state, NOW + LIFETIME),
            Err(StateError::Expired)
        );
        assert!(SignIn::open(&sealer, &state, NOW - SKEW).is_ok());
        assert_eq!(
            SignIn::open(&sealer, &state, NOW - SKEW - 1),
            Err(StateError::Expired)
        );
    }

    #[test]
    fn only_the_same_key_unseals() {
        let one = "0123456789abcdef0123456789abcdef";
        let state = sign_in().seal(&sealer(Some(one))).unwrap();
        assert!(SignIn::open(&sealer(Some(one)), &state, NOW).is_ok());
        for other in [Some("0123456789abcdef0123456789abcdeF"), None] {
            assert_eq!(
                SignIn::open(&sealer(other), &state, NOW),
                Err(StateError::Forged)
            );
        }
        let neighbour = Sealer::new(Some(&Secret::new(one)), "test", "neighbour", 2).unwrap();
        assert_eq!(
            SignIn::open(&neighbour, &state, NOW),
            Err(StateError::Forged)
        );
    }

    #[test]
    fn a_state_is_good_for_one_use() {
        let sealer = sealer(None);
        assert_eq!(sign_in().use_up(&sealer, NOW), Ok(()));
        assert_eq!(sign_in().use_up(&sealer, NOW), Err(StateError::Replayed));
        let end = NOW + LIFETIME + SKEW;
        assert_eq!(
            sign_in().use_up(&sealer, end - 1),
            Err(StateError::Replayed)
        );
        assert_eq!(
            sign_in().use_up(&sealer, end),
            Ok(()),
            "memory is given back"
        );
    }
}
