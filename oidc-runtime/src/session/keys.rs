//! The keys of sessions, from which every other key is derived (RFC 5869).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::jose;
use crate::random::random;
use crate::secret::Secret;

pub(super) const KEY_ID_BYTES: usize = 4;

/// The configured keys, the newest first: it seals, and all of them open.
pub(crate) struct SessionKeys(Vec<Key>);

/// Why a value is not ours, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsealable {
    /// Nothing that was ever sealed looks like this.
    Malformed,
    /// It is in the format of a newer version.
    Version,
    /// It was sealed with another key or for another cookie, or modified.
    Foreign,
}

/// One of the keys.
pub(super) struct Key {
    secret: Secret,
    /// Tells which key sealed a value.
    pub(super) id: [u8; KEY_ID_BYTES],
    /// Marks the values of cookies that refer to a store.
    pub(super) mac: hmac::Key,
}

impl SessionKeys {
    /// `secrets` are the configured ones, the newest first. Without any the key is random, and other
    /// processes open nothing that is sealed here.
    pub(crate) fn new(secrets: &[Secret]) -> Result<Self, Unspecified> {
        let random = match secrets {
            [] => Some(Secret::new(random()?)),
            _ => None,
        };
        let keys = secrets.iter().chain(&random).cloned().map(Key::new);
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// The key that seals.
    pub(super) fn newest(&self) -> Result<&Key, Unspecified> {
        self.0.first().ok_or(Unspecified)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter()
    }
}

impl Key {
    fn new(secret: Secret) -> Result<Self, Unspecified> {
        let [a, b, c, d, ..] = derive(&secret, "oidc session key id", &[])?;
        let mac = derive(&secret, "oidc session reference", &[])?;
        Ok(Self {
            secret,
            id: [a, b, c, d],
            mac: hmac::Key::new(hmac::HMAC_SHA256, &mac),
        })
    }

    /// What seals a single value, which has a random salt, so that random nonces do not run out.
    pub(super) fn cipher(&self, purpose: &str, salt: &[u8]) -> Result<Cipher, Unspecified> {
        let key = derive(&self.secret, purpose, salt)?;
        RandomizedNonceKey::new(&AES_256_GCM, &key).map(Cipher)
    }
}

/// Every purpose has keys of its own.
fn derive(secret: &Secret, purpose: &str, salt: &[u8]) -> Result<[u8; 32], Unspecified> {
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, salt)
        .extract(secret.expose().as_bytes())
        .expand(&[purpose.as_bytes()], HKDF_SHA256)?
        .fill(&mut key)?;
    Ok(key)
}

/// AES-256-GCM with random nonces.
pub(super) struct Cipher(RandomizedNonceKey);

impl Cipher {
    /// Appends nonce and ciphertext to `head`. `context` has to be the same when it is opened.
    pub(super) fn seal(
        &self,
        head: &[u8],
        context: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let mut text = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(context), &mut text)?;
        Ok([head, nonce.as_ref(), &text].concat())
    }

    /// `sealed` is nonce and ciphertext.
    pub(super) fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let (nonce, text) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(Unsealable::Malformed)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let mut text = text.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(context), &mut text);
        let length = plain.map_err(|_| Unsealable::Foreign)?.len();
        text.truncate(length);
        Ok(text)
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, Unsealable> {
    let text = str::from_utf8(text).ok();
    let bytes = text.and_then(|text| jose::decode(text).ok());
    bytes.ok_or(Unsealable::Malformed)
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_and_salt_has_its_own_key() {
        let secret = Secret::new("0123456789abcdef0123456789abcdef");
        let key = |purpose, salt: &[u8]| derive(&secret, purpose, salt).unwrap();
        assert_eq!(key("a", b"b"), key("a", b"b"));
        assert_ne!(key("a", b"b"), key("a", b"c"));
        assert_ne!(key("a", b"b"), key("c", b"b"));
    }

    #[test]
    fn keys_show_no_secrets() {
        let secret = "0123456789abcdef0123456789abcdef";
        let keys = SessionKeys::new(&[Secret::new(secret)]).unwrap();
        assert_eq!(format!("{keys:?}"), "SessionKeys");
    }

    #[test]
    fn there_is_always_a_key() {
        assert!(SessionKeys::new(&[]).unwrap().newest().is_ok());
    }
}
