//! The sealed `state` of a sign-in: everything the callback needs, readable by nobody else.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, Once, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::pkce::Proof;
use crate::clock::UnixSeconds;
use crate::jwt::SKEW;
use crate::secret::Secret;

/// How long a user may take to sign in, in seconds.
pub(super) const LIFETIME: UnixSeconds = 300;
/// How many spent states are remembered. Beyond that the oldest is forgotten before its time;
/// its code is still good for one exchange only.
const MAX_SPENT: usize = 100_000;
/// Changes when the format does: a state of another version does not unseal.
const VERSION: u8 = 2;
const KEY_PURPOSE: &[u8] = b"oidc-guard sign-in state of ";

/// A sign-in under way.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct SignIn {
    pub(super) redirect_uri: String,
    pub(super) proof: Proof,
    pub(super) nonce: String,
    /// What was asked for.
    pub(super) scope: String,
    pub(super) issued_at: UnixSeconds,
    /// The hash of the cookie of the browser that began it; none when the browser does not
    /// return to this application.
    pub(super) browser: Option<String>,
}

/// Why a state is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StateError {
    /// Not sealed by this application, or changed since.
    Forged,
    Expired,
    /// It has been used.
    Replayed,
    /// Another browser began the sign-in.
    BrowserMismatch,
    /// It began with another redirect URI.
    RedirectUriMismatch,
}

/// Seals states, and remembers which have been used.
pub(crate) struct Vault {
    key: RandomizedNonceKey,
    /// Says once that other instances cannot unseal what is sealed here; `None` if they can.
    warning: Option<Once>,
    spent: Mutex<Spent>,
}

impl Vault {
    /// Derives the key from a configured secret and the client that it is for, so that clients
    /// with one secret cannot unseal each other's states. Without a secret it is random, and only
    /// this process can unseal what it sealed.
    pub(crate) fn new(secret: Option<&Secret>, client: &str) -> Result<Self, Unspecified> {
        let mut key = [0; 32];
        match secret {
            Some(secret) => Salt::new(HKDF_SHA256, &[])
                .extract(secret.expose().as_bytes())
                .expand(&[KEY_PURPOSE, client.as_bytes()], HKDF_SHA256)?
                .fill(&mut key)?,
            None => aws_lc_rs::rand::fill(&mut key)?,
        }
        Ok(Self {
            key: RandomizedNonceKey::new(&AES_256_GCM, &key)?,
            warning: secret.is_none().then(Once::new),
            spent: Mutex::default(),
        })
    }

    /// Unpadded base64url of version, AEAD nonce and ciphertext. Companion clients return what
    /// follows the last `|` of a state, and here there is none.
    pub(super) fn seal(&self, sign_in: &SignIn) -> Result<String, Unspecified> {
        if let Some(warning) = &self.warning {
            warning.call_once(|| {
                tracing::info!(
                    "sign-ins are sealed with a key of this process; several instances need a \
                     shared one, configured as `state_key` (OIDC_STATE_KEY)"
                );
            });
        }
        let mut text = serde_json::to_vec(sign_in).map_err(|_| Unspecified)?;
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from([VERSION]), &mut text)?;
        let sealed = [&[VERSION], nonce.as_ref().as_slice(), &text].concat();
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Reads a state that was sealed here and is neither too old nor used.
    pub(super) fn open(&self, state: &str, now: UnixSeconds) -> Result<SignIn, StateError> {
        let sign_in = self.unseal(state).ok_or(StateError::Forged)?;
        let age = now.saturating_sub(sign_in.issued_at);
        if !(-SKEW..LIFETIME).contains(&age) {
            return Err(StateError::Expired);
        }
        Ok(sign_in)
    }

    /// Uses a sign-in up: of several requests with the same state only one may go on.
    pub(super) fn spend(&self, sign_in: &SignIn, now: UnixSeconds) -> Result<(), StateError> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.forget_before(now);
        if spent.add(&sign_in.nonce, now.saturating_add(LIFETIME + SKEW)) {
            Ok(())
        } else {
            Err(StateError::Replayed)
        }
    }

    fn unseal(&self, state: &str) -> Option<SignIn> {
        let sealed = URL_SAFE_NO_PAD.decode(state).ok()?;
        let (nonce, text) = sealed
            .strip_prefix(&[VERSION])?
            .split_first_chunk::<NONCE_LEN>()?;
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self
            .key
            .open_in_place(nonce, Aad::from([VERSION]), &mut text)
            .ok()?;
        serde_json::from_slice(plain).ok()
    }
}

/// The states that were used, until they would have expired.
#[derive(Default)]
struct Spent {
    known: HashSet<String>,
    /// In the order of their end.
    ends: VecDeque<(UnixSeconds, String)>,
}

impl Spent {
    /// False if it was there already.
    fn add(&mut self, id: &str, end: UnixSeconds) -> bool {
        if !self.known.insert(id.to_owned()) {
            return false;
        }
        self.ends.push_back((end, id.to_owned()));
        if self.ends.len() > MAX_SPENT {
            self.forget_oldest();
        }
        true
    }

    fn forget_before(&mut self, now: UnixSeconds) {
        while self.ends.front().is_some_and(|(end, _)| *end <= now) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, id)) = self.ends.pop_front() {
            self.known.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn vault(secret: Option<&str>) -> Vault {
        Vault::new(secret.map(Secret::new).as_ref(), "client").unwrap()
    }

    #[test]
    fn a_state_comes_back_whole() {
        let vault = vault(None);
        let state = vault.seal(&sign_in()).unwrap();
        assert!(!state.contains(['|', '+', '/', '=']), "{state}");
        assert!(!state.contains("verifier"));
        assert_eq!(vault.open(&state, NOW), Ok(sign_in()));
        assert_ne!(
            state,
            vault.seal(&sign_in()).unwrap(),
            "sealed the same twice"
        );
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let vault = vault(None);
        let state = vault.seal(&sign_in()).unwrap();
        let sealed = URL_SAFE_NO_PAD.decode(&state).unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(
                vault.open(&changed, NOW),
                Err(StateError::Forged),
                "byte {index}"
            );
        }
        for length in 0..state.len() {
            assert_eq!(vault.open(&state[..length], NOW), Err(StateError::Forged));
        }
        assert_eq!(
            vault.open(&format!("{state}A"), NOW),
            Err(StateError::Forged)
        );
    }

    #[test]
    fn states_end() {
        let vault = vault(None);
        let state = vault.seal(&sign_in()).unwrap();
        assert!(vault.open(&state, NOW + LIFETIME - 1).is_ok());
        assert_eq!(vault.open(&state, NOW + LIFETIME), Err(StateError::Expired));
        assert!(vault.open(&state, NOW - SKEW).is_ok());
        assert_eq!(vault.open(&state, NOW - SKEW - 1), Err(StateError::Expired));
    }

    #[test]
    fn only_the_same_key_unseals() {
        let one = "0123456789abcdef0123456789abcdef";
        let state = vault(Some(one)).seal(&sign_in()).unwrap();
        assert!(vault(Some(one)).open(&state, NOW).is_ok());
        for other in [Some("0123456789abcdef0123456789abcdeF"), None] {
            assert_eq!(vault(other).open(&state, NOW), Err(StateError::Forged));
        }
        let neighbour = Vault::new(Some(&Secret::new(one)), "neighbour").unwrap();
        assert_eq!(neighbour.open(&state, NOW), Err(StateError::Forged));
    }

    #[test]
    fn a_state_is_good_for_one_use() {
        let vault = vault(None);
        assert_eq!(vault.spend(&sign_in(), NOW), Ok(()));
        assert_eq!(vault.spend(&sign_in(), NOW), Err(StateError::Replayed));
        let end = NOW + LIFETIME + SKEW;
        assert_eq!(vault.spend(&sign_in(), end - 1), Err(StateError::Replayed));
        assert_eq!(vault.spend(&sign_in(), end), Ok(()), "memory is given back");
    }

    #[test]
    fn memory_is_bounded() {
        let mut spent = Spent::default();
        for id in 0..=MAX_SPENT {
            assert!(spent.add(&id.to_string(), NOW));
        }
        assert_eq!(
            (spent.known.len(), spent.ends.len()),
            (MAX_SPENT, MAX_SPENT)
        );
        assert!(!spent.add(&MAX_SPENT.to_string(), NOW));
    }
}
