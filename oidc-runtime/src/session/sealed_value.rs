//! Sessions that are kept in cookies: encrypted and bound to the name of their cookie.

use aws_lc_rs::error::Unspecified;

use super::keys::{KEY_ID_BYTES, SessionKeys, Unsealable, decode, encode};

/// The version of the format: values of other versions do not open.
const VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const PURPOSE: &str = "oidc session cookie";

impl SessionKeys {
    /// Unpadded base64url of version, key id, salt, AEAD nonce and ciphertext.
    pub(crate) fn seal(&self, name: &str, plain: &[u8]) -> Result<String, Unspecified> {
        let key = self.newest()?;
        let mut salt = [0; SALT_BYTES];
        aws_lc_rs::rand::fill(&mut salt)?;
        let head = [&[VERSION], key.id.as_slice(), &salt].concat();
        let cipher = key.cipher(PURPOSE, &salt)?;
        let sealed = cipher.seal(&head, &context(name), plain)?;
        Ok(encode(&sealed))
    }

    /// What was sealed for the cookie of this name, with any of the keys.
    pub(crate) fn open(&self, name: &str, value: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let bytes = decode(value)?;
        let sealed = match bytes.split_first() {
            Some((&VERSION, sealed)) => sealed,
            Some(_) => return Err(Unsealable::Version),
            None => return Err(Unsealable::Malformed),
        };
        let parts = sealed.split_first_chunk::<KEY_ID_BYTES>();
        let (id, sealed) = parts.ok_or(Unsealable::Malformed)?;
        let parts = sealed.split_first_chunk::<SALT_BYTES>();
        let (salt, sealed) = parts.ok_or(Unsealable::Malformed)?;
        let key = self.iter().find(|key| key.id == *id);
        let cipher = key.ok_or(Unsealable::Foreign)?.cipher(PURPOSE, salt);
        let cipher = cipher.map_err(|_| Unsealable::Foreign)?;
        cipher.open(&context(name), sealed)
    }
}

/// What the ciphertext is bound to.
fn context(name: &str) -> Vec<u8> {
    [&[VERSION], name.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const TWO: &str = "0123456789abcdef0123456789abcdeF";
    const NAME: &str = "__Host-Http-oidc-01234567";
    const OVERHEAD: usize = 1 + KEY_ID_BYTES + SALT_BYTES + 12 + 16;

    fn keys(secrets: &[&str]) -> SessionKeys {
        let secrets: Vec<_> = secrets.iter().copied().map(Secret::new).collect();
        SessionKeys::new(&secrets).unwrap()
    }

    fn seal(keys: &SessionKeys) -> String {
        keys.seal(NAME, b"plain").unwrap()
    }

    fn open(keys: &SessionKeys, value: &str) -> Result<Vec<u8>, Unsealable> {
        keys.open(NAME, value.as_bytes())
    }

    #[test]
    fn values_are_opened_unchanged() {
        let keys = keys(&[ONE]);
        for plain in [&b""[..], b"a", &[0; 3000]] {
            let value = keys.seal(NAME, plain).unwrap();
            let bytes = decode(value.as_bytes()).unwrap();
            assert_eq!(bytes.len(), plain.len() + OVERHEAD);
            assert_eq!(keys.open(NAME, value.as_bytes()).as_deref(), Ok(plain));
        }
        assert_ne!(seal(&keys), seal(&keys), "sealed the same twice");
    }

    #[test]
    fn every_changed_or_missing_byte_is_detected() {
        let keys = keys(&[ONE]);
        let value = seal(&keys);
        let bytes = decode(value.as_bytes()).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 2;
            let expected = match index {
                0 => Unsealable::Version,
                _ => Unsealable::Foreign,
            };
            assert_eq!(open(&keys, &encode(&changed)), Err(expected), "{index}");
        }
        for length in 0..value.len() {
            assert!(open(&keys, &value[..length]).is_err(), "{length}");
        }
        for (value, expected) in [
            ("", Unsealable::Malformed),
            ("AQ", Unsealable::Malformed),
            ("AQAAAAAA", Unsealable::Malformed),
            ("Ag", Unsealable::Version),
            ("\"AQ\"", Unsealable::Malformed),
            (&format!("{value}="), Unsealable::Malformed),
            (&format!("{value} "), Unsealable::Malformed),
            (&format!("{value}\u{e9}"), Unsealable::Malformed),
            (&"_".repeat(8000), Unsealable::Version),
        ] {
            assert_eq!(open(&keys, value), Err(expected), "{value}");
        }
        assert_eq!(keys.open(NAME, b"\xff"), Err(Unsealable::Malformed));
    }

    #[test]
    fn another_cookie_opens_nothing() {
        let keys = keys(&[ONE]);
        let value = seal(&keys);
        let found = keys.open("__Host-Http-oidc-76543210", value.as_bytes());
        assert_eq!(found, Err(Unsealable::Foreign));
    }

    #[test]
    fn old_keys_open_and_the_newest_seals() {
        let (old, rotated, new) = (keys(&[ONE]), keys(&[TWO, ONE]), keys(&[TWO]));
        assert!(open(&rotated, &seal(&old)).is_ok());
        assert!(open(&new, &seal(&rotated)).is_ok());
        assert_eq!(open(&old, &seal(&rotated)), Err(Unsealable::Foreign));
        assert_eq!(open(&new, &seal(&old)), Err(Unsealable::Foreign));
    }

    #[test]
    fn random_keys_are_not_shared() {
        let (one, other) = (keys(&[]), keys(&[]));
        assert!(open(&one, &seal(&one)).is_ok());
        assert_eq!(open(&other, &seal(&one)), Err(Unsealable::Foreign));
    }
}
