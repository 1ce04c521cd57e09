//! Authentication of values that clients carry in plain text.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::key::derived_key;
use crate::secret::Secret;

/// How much of the authentication code is sent: 128 bits.
const TAG_BYTES: usize = 16;

/// Makes tags for values (HMAC-SHA-256), which only the same key makes.
pub(crate) struct Tagger(Key);

impl Tagger {
    /// Neither another purpose nor another client with the same secret makes the same tags. Without a
    /// secret only this process does.
    pub(crate) fn new(
        secret: Option<&Secret>,
        purpose: &str,
        client: &str,
    ) -> Result<Self, Unspecified> {
        let key = derived_key(secret, purpose, client)?;
        Ok(Self(Key::new(HMAC_SHA256, &key)))
    }

    /// The tag of several texts, in unpadded base64url: 22 characters.
    pub(crate) fn tag(&self, texts: &[&str]) -> String {
        let mut context = Context::with_key(&self.0);
        for text in texts {
            // The lengths tell ("ab", "c") from ("a", "bc").
            context.update(&(text.len() as u64).to_be_bytes());
            context.update(text.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(&context.sign().as_ref()[..TAG_BYTES])
    }

    /// Whether this is the tag of the texts. Takes as long for every wrong one.
    pub(crate) fn is_tag(&self, tag: &str, texts: &[&str]) -> bool {
        verify_slices_are_equal(tag.as_bytes(), self.tag(texts).as_bytes()).is_ok()
    }
}

impl fmt::Debug for Tagger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tagger")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_secret_purpose_client_or_text_has_another_tag() {
        let tagger = |secret: &str, purpose, client| {
            Tagger::new(Some(&Secret::new(secret)), purpose, client).unwrap()
        };
        let secret = "0123456789abcdef0123456789abcdef";
        let tag = tagger(secret, "a", "b").tag(&["x", "yz"]);
        assert_eq!(tag.len(), 22);
        assert!(tagger(secret, "a", "b").is_tag(&tag, &["x", "yz"]));
        assert!(!tagger("another secret", "a", "b").is_tag(&tag, &["x", "yz"]));
        assert!(!tagger(secret, "b", "b").is_tag(&tag, &["x", "yz"]));
        assert!(!tagger(secret, "a", "c").is_tag(&tag, &["x", "yz"]));
        assert!(!tagger(secret, "a", "b").is_tag(&tag, &["xy", "z"]));
        assert!(!tagger(secret, "a", "b").is_tag(&tag[..21], &["x", "yz"]));
        assert!(!tagger(secret, "a", "b").is_tag("", &["x", "yz"]));
    }

    #[test]
    fn without_a_secret_every_key_is_different() {
        let random = || Tagger::new(None, "a", "b").unwrap();
        assert!(!random().is_tag(&random().tag(&["x"]), &["x"]));
    }
}
