//! The text of a token as it is kept in a session: a JWT without its base64, which is a third of it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::UnixSeconds;
use crate::token::{RawClaims, RegisteredClaims};

/// A token that is kept; nothing in it is checked.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum TokenText {
    /// The decoded parts of a JWS (RFC 7515 §7.1).
    Jwt {
        #[serde(with = "as_bytes")]
        header: Vec<u8>,
        #[serde(with = "as_bytes")]
        payload: Vec<u8>,
        #[serde(with = "as_bytes")]
        signature: Vec<u8>,
    },
    /// Any other text.
    Opaque(String),
    /// The payload of a JWT whose text did not fit.
    Claims(#[serde(with = "as_bytes")] Vec<u8>),
}

impl TokenText {
    pub(crate) fn new(text: String) -> Self {
        match Self::jwt(&text) {
            // A signature is over the very text, so it has to come back unchanged.
            Some(jwt) if jwt.text().as_deref() == Some(&*text) => jwt,
            _ => Self::Opaque(text),
        }
    }

    fn jwt(text: &str) -> Option<Self> {
        let mut parts = text
            .split('.')
            .map(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let jwt = Self::Jwt {
            header: parts.next()??,
            payload: parts.next()??,
            signature: parts.next()??,
        };
        parts.next().is_none().then_some(jwt)
    }

    /// The claims alone, which are shorter than the text of the JWT.
    pub(crate) fn claims_only(&self) -> Option<Self> {
        match self {
            Self::Jwt { payload, .. } => Some(Self::Claims(payload.clone())),
            Self::Opaque(_) | Self::Claims(_) => None,
        }
    }

    /// The payload of a JWT.
    pub(crate) fn payload(&self) -> Option<&[u8]> {
        match self {
            Self::Jwt { payload, .. } | Self::Claims(payload) => Some(payload),
            Self::Opaque(_) => None,
        }
    }

    /// The claims of a JWT.
    pub(crate) fn claims(&self) -> Option<Map<String, Value>> {
        serde_json::from_slice(self.payload()?).ok()
    }

    /// The same, each to be read where it is needed.
    pub(super) fn raw_claims(&self) -> Option<RawClaims<'_>> {
        RawClaims::parse(self.payload()?)
    }

    /// `exp` of a JWT, which may be for another recipient: nothing is checked.
    pub(crate) fn expiry(&self) -> Option<UnixSeconds> {
        let claims = RegisteredClaims::parse(self.payload()?).ok()?;
        claims.exp.map(|date| date.0)
    }

    /// How many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Jwt {
                header,
                payload,
                signature,
            } => header.len() + payload.len() + signature.len(),
            Self::Opaque(text) => text.len(),
            Self::Claims(payload) => payload.len(),
        }
    }

    /// The token as the provider sent it, unless it did not fit.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Jwt {
                header,
                payload,
                signature,
            } => {
                let parts = [header, payload, signature];
                Some(parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join("."))
            }
            Self::Opaque(text) => Some(text.clone()),
            Self::Claims(_) => None,
        }
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Bytes as one value. Without this, serde would read and write a list with each byte on its own.
mod as_bytes {
    use std::fmt;

    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        from.deserialize_bytes(Bytes)
    }

    struct Bytes;

    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::session::keys::SessionKeys;

    /// A JWT of exactly this length, with an RSA signature.
    fn jwt(length: usize) -> String {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"RS256","typ":"JWT","kid":"abcdefghi"}"#);
        let signature = URL_SAFE_NO_PAD.encode([7; 256]);
        let payload = "A".repeat(length - header.len() - signature.len() - "..".len());
        let text = format!("{header}.{payload}.{signature}");
        assert_eq!(text.len(), length);
        text
    }

    fn bytes(token: &TokenText) -> Vec<u8> {
        postcard::to_allocvec(token).unwrap()
    }

    fn is_opaque(text: &str) -> bool {
        matches!(TokenText::new(text.to_owned()), TokenText::Opaque(_))
    }

    #[test]
    fn texts_that_would_change_are_kept() {
        let canonical = "eyJhIjoxfQ.e30.AAAA";
        assert!(!is_opaque(canonical));
        assert!(!is_opaque("eyJhIjoxfQ.e30."), "unsecured");
        for text in [
            "",
            "opaque",
            "eyJhIjoxfQ.e30",
            "eyJhIjoxfQ.e30.AAAA.AAAA",
            "eyJhIjoxfQ.AAAA.AAAA.AAAA.AAAA",
            "eyJhIjoxfQ.e30.AAAB=",
            "eyJhIjoxfQ.e30.AB",
            "eyJhIjoxfQ.e3+.AAAA",
            "eyJhIjoxfQ.e3 0.AAAA",
            "eyJhIjoxfQ.e30.A",
            " eyJhIjoxfQ.e30.AAAA",
            "eyJhIjoxfQ.e30.AAAA\n",
            "\u{e9}.\u{e9}.\u{e9}",
        ] {
            assert!(is_opaque(text), "{text:?}");
            assert_eq!(TokenText::new(text.to_owned()).text().unwrap(), text);
        }
    }

    #[test]
    fn claims_survive_without_the_text() {
        let whole = TokenText::new(jwt(750));
        let claims = whole.claims_only().unwrap();
        assert_eq!(claims.payload(), whole.payload());
        assert_eq!(claims.text(), None);
        assert_eq!(claims.claims_only(), None, "nothing more to leave out");
        let kept: TokenText = postcard::from_bytes(&bytes(&claims)).unwrap();
        assert_eq!(kept, claims);
        assert_eq!(TokenText::new("opaque".into()).claims_only(), None);
    }

    #[test]
    fn debug_shows_nothing() {
        for text in ["opaque", "eyJhIjoxfQ.e30.AAAA"] {
            assert_eq!(
                format!("{:?}", TokenText::new(text.to_owned())),
                "[redacted]"
            );
        }
    }

    /// The three tokens of a Keycloak realm fit into one cookie of 3,500 bytes.
    #[test]
    fn a_sealed_session_is_hardly_longer_than_its_tokens() {
        let tokens = [1300, 1150, 750].map(|length| TokenText::new(jwt(length)));
        assert!(
            tokens
                .iter()
                .all(|token| matches!(token, TokenText::Jwt { .. }))
        );
        let plain = tokens.iter().flat_map(bytes).collect::<Vec<_>>();
        let keys = SessionKeys::new(&[]).unwrap();
        let sealed = keys.seal("__Host-Http-oidc-01234567", &plain).unwrap();
        let texts = 1300 + 1150 + 750;
        assert!(sealed.len() <= texts * 103 / 100, "{}", sealed.len());
    }

    #[test]
    fn what_is_no_token_is_an_error() {
        let token = bytes(&TokenText::new(jwt(750)));
        for length in 0..token.len() {
            assert!(postcard::from_bytes::<TokenText>(&token[..length]).is_err());
        }
        assert!(postcard::from_bytes::<TokenText>(&[7]).is_err());
    }

    proptest! {
        #[test]
        fn texts_come_back(text in "\\PC*|[A-Za-z0-9_=-]{0,9}(\\.[A-Za-z0-9_=-]{0,9}){0,4}") {
            let token = TokenText::new(text.clone());
            prop_assert_eq!(token.text(), Some(text.clone()));
            let kept: TokenText = postcard::from_bytes(&bytes(&token)).unwrap();
            prop_assert_eq!(&kept, &token);
            prop_assert!(bytes(&token).len() <= text.len() + 6);
        }

        #[test]
        fn every_jwt_is_decoded(parts: [Vec<u8>; 3]) {
            let text = parts.each_ref().map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
            prop_assert!(!is_opaque(&text));
        }
    }
}
