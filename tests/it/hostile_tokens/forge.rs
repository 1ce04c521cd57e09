//! Makes tokens that no builder makes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_devidp::{Algorithm, Endpoint, TestIdp, TestKey, TokenBuilder};
use serde_json::{Value, json};

/// A provider under attack, and the attacker's own.
pub(super) struct Forge<'i> {
    pub(super) idp: &'i TestIdp,
    pub(super) attacker: &'i TestIdp,
}

impl<'i> Forge<'i> {
    pub(super) fn new(idp: &'i TestIdp, attacker: &'i TestIdp) -> Self {
        Self { idp, attacker }
    }

    /// A genuine token of alice, to be changed.
    pub(super) fn token(&self) -> TokenBuilder {
        self.idp.token()
    }

    /// The provider's own key: what it signs is genuine.
    pub(super) fn key(&self) -> (String, TestKey) {
        self.idp.private_key(Algorithm::Rs256)
    }

    /// The header of a genuine token.
    pub(super) fn header(&self) -> Value {
        json!({ "alg": "RS256", "typ": "at+jwt", "kid": self.key().0 })
    }

    /// The claims of a genuine token.
    pub(super) fn claims(&self) -> Value {
        let token = self.token().mint();
        let payload = token.split('.').nth(1).expect("a token has three parts");
        let json = URL_SAFE_NO_PAD
            .decode(payload)
            .expect("a payload is base64url");
        serde_json::from_slice(&json).expect("claims are JSON")
    }

    /// Signs these bytes with the provider's own key, whatever they are.
    pub(super) fn sign(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.sign_text(&format!("{}.{}", encode(header), encode(payload)))
    }

    /// Signs this text, which should be the first two parts of a token.
    pub(super) fn sign_text(&self, text: &str) -> String {
        let signature = self.key().1.sign(Algorithm::Rs256, text.as_bytes());
        format!("{text}.{}", encode(signature))
    }

    /// A genuine payload below this header, signed.
    pub(super) fn with_header(&self, header: impl AsRef<[u8]>) -> String {
        self.sign(header, self.claims().to_string())
    }

    /// This payload below a genuine header, signed.
    pub(super) fn with_payload(&self, payload: impl AsRef<[u8]>) -> String {
        self.sign(self.header().to_string(), payload)
    }

    /// A genuine token of this algorithm in parts: the signed text, and the signature.
    pub(super) fn parts(&self, algorithm: Algorithm) -> (String, Vec<u8>) {
        let token = self.token().alg(algorithm).mint();
        let (text, signature) = token.rsplit_once('.').expect("a token has three parts");
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .expect("a signature is base64url");
        (text.to_owned(), signature)
    }

    /// A genuine token of this algorithm whose signature was changed.
    pub(super) fn resign(&self, algorithm: Algorithm, change: fn(Vec<u8>) -> Vec<u8>) -> String {
        let (text, signature) = self.parts(algorithm);
        format!("{text}.{}", encode(change(signature)))
    }

    pub(super) fn assert_attacker_was_never_contacted(&self) {
        for endpoint in Endpoint::ALL {
            assert_eq!(
                self.attacker.hits(endpoint),
                0,
                "{endpoint:?} of the attacker"
            );
        }
    }
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
