//! JSON Web Signatures in compact form (RFC 7515 §3.1), written without a library so that
//! the test kit can also write those that no library writes.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::keys::{Algorithm, KeyRing, TestKey};

/// How a token gets its third part.
pub(crate) enum Signature {
    Key(TestKey, Algorithm),
    Hmac(Vec<u8>),
    None,
}

pub(crate) fn encode(header: &Value, claims: &Value, signature: &Signature) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = match signature {
        Signature::Key(key, algorithm) => key.sign(*algorithm, message.as_bytes()),
        Signature::Hmac(secret) => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        }
        Signature::None => Vec::new(),
    };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A signed JWT in its parts. Nothing about it is verified.
pub(crate) struct Jws<'a> {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    /// What the signature is about.
    pub(crate) message: &'a str,
    pub(crate) signature: Vec<u8>,
}

pub(crate) fn parse(token: &str) -> Option<Jws<'_>> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    Some(Jws {
        header: decode_part(header)?,
        claims: decode_part(claims)?,
        message,
        signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
    })
}

/// The claims of a token that one of our keys signed, or `None`. Checks no claim.
pub(crate) fn verify(token: &str, keys: &KeyRing) -> Option<Value> {
    let jws = parse(token)?;
    let is_genuine = keys.entries().iter().any(|entry| {
        jws.header["alg"] == entry.algorithm.name()
            && entry
                .key
                .verifies(entry.algorithm, jws.message.as_bytes(), &jws.signature)
    });
    is_genuine.then_some(jws.claims)
}

/// Whether a text has the form of a signed JWT: three parts, the first a header with `alg`.
pub(crate) fn is_jws(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let header = parts.first().and_then(|header| decode_part(header));
    parts.len() == 3 && header.is_some_and(|header| header["alg"].is_string())
}

/// `at_hash` (OpenID Connect Core §3.1.3.6): the left half of the access token's hash.
pub(crate) fn at_hash(access_token: &str, algorithm: Algorithm) -> String {
    let hash = match algorithm {
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => &digest::SHA384,
        Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::EdDsa => &digest::SHA512,
        _ => &digest::SHA256,
    };
    let digest = digest::digest(hash, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&digest.as_ref()[..digest.as_ref().len() / 2])
}

fn decode_part(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
