//! Authenticated encryption of values that clients carry, and detection of their reuse.

use super::key::derived_key;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::{Mutex, Once, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::UnixSeconds;
use crate::secret::Secret;

/// How many used identifiers are remembered. Beyond that, the oldest one is dropped early.
const MAX_USED: usize = 100_000;

/// Encrypts values of one kind (AES-256-GCM with random nonces).
pub(crate) struct Sealer {
    key: RandomizedNonceKey,
    /// The version of the format: values of other versions do not open.
    version: u8,
    /// Set if the key is random, so that other instances cannot open what is sealed here; reports
    /// that once.
    unshared: Option<Once>,
    used: Mutex<ReplayCache>,
}

impl Sealer {
    /// Neither another purpose nor another client with the same secret can open what is sealed here.
    /// Without a secret only this process can.
    pub(crate) fn new(
        secret: Option<&Secret>,
        purpose: &str,
        client: &str,
        version: u8,
    ) -> Result<Self, Unspecified> {
        let key = derived_key(secret, purpose, client)?;
        Ok(Self {
            key: RandomizedNonceKey::new(&AES_256_GCM, &key)?,
            version,
            unshared: secret.is_none().then(Once::new),
            used: Mutex::default(),
        })
    }

    /// Calls `report` on the first call, if only this process can open what is sealed here.
    pub(crate) fn report_once_if_unshared(&self, report: impl FnOnce()) {
        if let Some(once) = &self.unshared {
            once.call_once(report);
        }
    }

    /// Unpadded base64url of version, AEAD nonce and ciphertext.
    pub(crate) fn seal(&self, value: &impl Serialize) -> Result<String, Unspecified> {
        let mut text = serde_json::to_vec(value).map_err(|_| Unspecified)?;
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from([self.version]), &mut text)?;
        let sealed = [&[self.version], nonce.as_ref().as_slice(), &text].concat();
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// `None` unless the text was sealed with this key, purpose and version, and is unchanged.
    pub(crate) fn open<T: DeserializeOwned>(&self, text: &str) -> Option<T> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, text) = sealed
            .strip_prefix(&[self.version])?
            .split_first_chunk::<NONCE_LEN>()?;
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self
            .key
            .open_in_place(nonce, Aad::from([self.version]), &mut text)
            .ok()?;
        serde_json::from_slice(plain).ok()
    }

    /// Whether this is the first use of the identifier. It is remembered until `end`.
    pub(crate) fn use_once(&self, id: &str, now: UnixSeconds, end: UnixSeconds) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.forget_before(now);
        used.add(id, end)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

/// Used identifiers, each until it expires.
#[derive(Default)]
struct ReplayCache {
    known: HashSet<String>,
    /// The oldest use first.
    ends: VecDeque<(UnixSeconds, String)>,
}

impl ReplayCache {
    /// False if the identifier was used before.
    fn add(&mut self, id: &str, end: UnixSeconds) -> bool {
        if !self.known.insert(id.to_owned()) {
            return false;
        }
        self.ends.push_back((end, id.to_owned()));
        if self.ends.len() > MAX_USED {
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

    #[test]
    fn another_purpose_another_client_and_another_version_open_nothing() {
        let secret = Secret::new("0123456789abcdef0123456789abcdef");
        let sealer = |purpose, client, version| {
            Sealer::new(Some(&secret), purpose, client, version).unwrap()
        };
        let text = sealer("a", "client", 1).seal(&"value").unwrap();
        let open = |sealer: Sealer| sealer.open::<String>(&text);
        assert_eq!(open(sealer("a", "client", 1)).as_deref(), Some("value"));
        for other in [
            sealer("b", "client", 1),
            sealer("a", "neighbour", 1),
            sealer("a", "client", 2),
        ] {
            assert_eq!(open(other), None);
        }
    }

    #[test]
    fn purpose_and_client_are_told_apart() {
        let secret = Secret::new("0123456789abcdef0123456789abcdef");
        let sealer = |purpose, client| Sealer::new(Some(&secret), purpose, client, 1).unwrap();
        let text = sealer("a", "bc").seal(&"value").unwrap();
        assert_eq!(sealer("ab", "c").open::<String>(&text), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut used = ReplayCache::default();
        for id in 0..=MAX_USED {
            assert!(used.add(&id.to_string(), NOW));
        }
        assert_eq!((used.known.len(), used.ends.len()), (MAX_USED, MAX_USED));
        assert!(!used.add(&MAX_USED.to_string(), NOW));
    }
}
