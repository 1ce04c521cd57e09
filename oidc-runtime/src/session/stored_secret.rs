//! Sessions that are kept in a store. The cookie has a secret; the store has its hash, and a payload that
//! opens with the secret and a key of ours only, so that neither the store nor the key alone
//! discloses a session.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;

use super::keys::{Cipher, Key, SessionKeys, Unsealable, decode, encode};

/// The version of the cookie's value.
const PREFIX: &str = "1.";
const SECRET_BYTES: usize = 32;
/// How much of the HMAC is part of the value.
const MAC_BYTES: usize = 16;
/// The version of the payload.
const FORMAT: u8 = 1;
const PURPOSE: &str = "oidc session payload";

/// The secret of a session.
pub(crate) struct StoredSecret {
    value: String,
    hash: [u8; 32],
    payload: Cipher,
}

impl SessionKeys {
    /// The secret of a new session.
    pub(crate) fn new_secret(&self) -> Result<StoredSecret, Unspecified> {
        let mut secret = [0; SECRET_BYTES];
        aws_lc_rs::rand::fill(&mut secret)?;
        StoredSecret::new(self.newest()?, &secret)
    }

    /// The secret in the value of a cookie. Values that were not made here are recognized by their
    /// HMAC, so that they never reach the store.
    pub(crate) fn read_secret(&self, value: &[u8]) -> Result<StoredSecret, Unsealable> {
        let text = match value.strip_prefix(PREFIX.as_bytes()) {
            Some(text) => text,
            None if value.get(1) == Some(&b'.') => return Err(Unsealable::Version),
            None => return Err(Unsealable::Malformed),
        };
        let bytes = decode(text)?;
        let parts = bytes.split_first_chunk::<SECRET_BYTES>();
        let (secret, mac) = parts.ok_or(Unsealable::Malformed)?;
        if mac.len() != MAC_BYTES {
            return Err(Unsealable::Malformed);
        }
        let made_it = |key: &&Key| verify_slices_are_equal(&mac_of(key, secret), mac).is_ok();
        let key = self.iter().find(made_it).ok_or(Unsealable::Foreign)?;
        StoredSecret::new(key, secret).map_err(|_| Unsealable::Foreign)
    }
}

impl StoredSecret {
    fn new(key: &Key, secret: &[u8; SECRET_BYTES]) -> Result<Self, Unspecified> {
        let bytes = [secret.as_slice(), &mac_of(key, secret)].concat();
        Ok(Self {
            value: format!("{PREFIX}{}", encode(&bytes)),
            hash: hash(secret),
            payload: key.cipher(PURPOSE, secret)?,
        })
    }

    /// The value of the cookie.
    pub(crate) fn cookie_value(&self) -> &str {
        &self.value
    }

    /// Under which the store knows the session.
    pub(crate) fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// A payload for the store: format, AEAD nonce and ciphertext, bound to the session.
    pub(crate) fn seal_payload(&self, plain: &[u8]) -> Result<Vec<u8>, Unspecified> {
        self.payload.seal(&[FORMAT], &self.context(), plain)
    }

    pub(crate) fn open_payload(&self, payload: &[u8]) -> Result<Vec<u8>, Unsealable> {
        match payload.split_first() {
            Some((&FORMAT, sealed)) => self.payload.open(&self.context(), sealed),
            Some(_) => Err(Unsealable::Version),
            None => Err(Unsealable::Malformed),
        }
    }

    /// What the payload is bound to.
    fn context(&self) -> Vec<u8> {
        [&[FORMAT], self.hash.as_slice()].concat()
    }
}

fn mac_of(key: &Key, secret: &[u8]) -> [u8; MAC_BYTES] {
    let tag = hmac::sign(&key.mac, secret);
    let mut mac = [0; MAC_BYTES];
    mac.copy_from_slice(&tag.as_ref()[..MAC_BYTES]);
    mac
}

fn hash(secret: &[u8]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(b"oidc session id\0");
    context.update(secret);
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

impl fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredSecret")
    }
}

#[cfg(test)]
mod tests {
    use cookie::SameSite;

    use super::*;
    use crate::secret::Secret;
    use crate::session::names::CookieNames;
    use crate::session::parts::Parts;
    use crate::session::set_cookies::{Attributes, set};

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const TWO: &str = "0123456789abcdef0123456789abcdeF";

    fn keys(secrets: &[&str]) -> SessionKeys {
        let secrets: Vec<_> = secrets.iter().copied().map(Secret::new).collect();
        SessionKeys::new(&secrets).unwrap()
    }

    fn read(keys: &SessionKeys, value: &str) -> Result<StoredSecret, Unsealable> {
        keys.read_secret(value.as_bytes())
    }

    #[test]
    fn a_secret_is_read_back() {
        let keys = keys(&[ONE]);
        let new = keys.new_secret().unwrap();
        let payload = new.seal_payload(b"payload").unwrap();
        let found = read(&keys, new.cookie_value()).unwrap();
        assert_eq!(found.cookie_value(), new.cookie_value());
        assert_eq!(found.hash(), new.hash());
        assert_eq!(found.open_payload(&payload).as_deref(), Ok(&b"payload"[..]));
    }

    #[test]
    fn made_up_values_are_recognized() {
        let keys = keys(&[ONE]);
        let secret = keys.new_secret().unwrap();
        let value = secret.cookie_value();
        let bytes = decode(&value.as_bytes()[2..]).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = format!("1.{}", encode(&changed));
            let found = read(&keys, &changed).err();
            assert_eq!(found, Some(Unsealable::Foreign), "{index}");
        }
        for length in 0..value.len() {
            let found = read(&keys, &value[..length]).err();
            assert_eq!(found, Some(Unsealable::Malformed), "{length}");
        }
        let (_, text) = value.split_at(2);
        for (value, expected) in [
            (format!("2.{text}"), Unsealable::Version),
            (text.to_owned(), Unsealable::Malformed),
            (format!("{value}AAAA"), Unsealable::Malformed),
            (format!("{value}="), Unsealable::Malformed),
            (format!("\"{value}\""), Unsealable::Malformed),
            (format!("1.{}", encode(&[0; 48])), Unsealable::Foreign),
        ] {
            assert_eq!(read(&keys, &value).err(), Some(expected), "{value}");
        }
    }

    #[test]
    fn old_keys_open_and_the_newest_makes() {
        let (old, rotated, new) = (keys(&[ONE]), keys(&[TWO, ONE]), keys(&[TWO]));
        let secret = old.new_secret().unwrap();
        let payload = secret.seal_payload(b"payload").unwrap();
        let found = read(&rotated, secret.cookie_value()).unwrap();
        assert_eq!(found.hash(), secret.hash());
        assert!(found.open_payload(&payload).is_ok());
        let replaced = found.seal_payload(b"new").unwrap();
        assert!(secret.open_payload(&replaced).is_ok());
        assert!(read(&new, secret.cookie_value()).is_err());
        let newer = rotated.new_secret().unwrap();
        assert!(read(&new, newer.cookie_value()).is_ok());
    }

    #[test]
    fn a_payload_is_bound_to_its_session() {
        let keys = keys(&[ONE]);
        let (own, other) = (keys.new_secret().unwrap(), keys.new_secret().unwrap());
        assert_ne!(own.hash(), other.hash());
        let payload = own.seal_payload(b"payload").unwrap();
        assert_eq!(payload[0], FORMAT);
        assert_eq!(other.open_payload(&payload), Err(Unsealable::Foreign));
        for index in 0..payload.len() {
            let mut changed = payload.clone();
            changed[index] ^= 1;
            let expected = match index {
                0 => Unsealable::Version,
                _ => Unsealable::Foreign,
            };
            assert_eq!(own.open_payload(&changed), Err(expected), "{index}");
            assert!(own.open_payload(&payload[..index]).is_err());
        }
    }

    #[test]
    fn neither_the_hash_nor_the_payload_shows_the_secret() {
        let keys = keys(&[ONE]);
        let secret = keys.new_secret().unwrap();
        let random = &decode(&secret.cookie_value().as_bytes()[2..]).unwrap()[..SECRET_BYTES];
        assert_ne!(secret.hash(), random);
        let payload = secret.seal_payload(random).unwrap();
        assert!(!payload.windows(8).any(|part| part == &random[..8]));
        assert_eq!(format!("{secret:?}"), "StoredSecret");
    }

    #[test]
    fn the_field_is_short() {
        let names = CookieNames::new("https://login", "shop", "https://shop", true);
        let length = |same_site, max_age| {
            let secret = keys(&[]).new_secret().unwrap();
            let parts = Parts {
                first: secret.cookie_value().into(),
                second: None,
            };
            let attributes = Attributes { same_site, max_age };
            set(&names, attributes, parts, false)[0].len()
        };
        assert!("Set-Cookie: \r\n".len() + length(SameSite::Lax, None) <= 160);
        assert!(length(SameSite::Strict, Some(365 * 86_400)) <= 160);
    }
}
