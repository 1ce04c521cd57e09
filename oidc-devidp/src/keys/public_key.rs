//! Public keys of clients.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::PublicEncryptingKey;
use aws_lc_rs::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::algorithm::Algorithm;
use super::pem;
use super::test_key::TestKey;
use crate::error::Error;

/// A public key, by which the provider knows what a client signed.
///
/// ```
/// use oidc_devidp::{Client, PublicKey, TestKey};
///
/// let key = TestKey::ed25519();
/// let client = Client::new("shop").public_key(&key);
/// let same = PublicKey::from_jwk(&key.jwk("k1"))?;
/// # Ok::<(), oidc_devidp::Error>(())
/// ```
#[derive(Clone)]
pub struct PublicKey {
    kind: Kind,
    /// A `SubjectPublicKeyInfo` (RFC 5280 §4.1), or the bare point of a curve.
    bytes: Vec<u8>,
    kid: Option<String>,
    /// The only algorithm, if the key says it.
    algorithm: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl PublicKey {
    /// Reads a JWK (RFC 7517): RSA of 2048 bits or more, P-256, P-384 or Ed25519. Its `kid` and `alg`,
    /// if it has them, have to be those of what it verifies.
    ///
    /// Fails when it is another key, or a private one.
    pub fn from_jwk(jwk: &Value) -> Result<Self, Error> {
        if jwk.get("d").is_some() || jwk.get("k").is_some() {
            return Err(wrong("it is a private key"));
        }
        let member = |name: &str| {
            let bytes = jwk[name].as_str().map(|text| URL_SAFE_NO_PAD.decode(text));
            bytes
                .and_then(Result::ok)
                .ok_or_else(|| wrong("its members are no key"))
        };
        let point = |size: usize| {
            let (x, y) = (member("x")?, member("y")?);
            // SEC 1 §2.3.3.
            if (x.len(), y.len()) == (size, size) {
                Ok([&[4][..], &x, &y].concat())
            } else {
                Err(wrong("its coordinates have another length"))
            }
        };
        let (kind, bytes) = match (jwk["kty"].as_str(), jwk["crv"].as_str()) {
            (Some("RSA"), None) => (Kind::Rsa, rsa(member("n")?, member("e")?)?),
            (Some("EC"), Some("P-256")) => (Kind::P256, point(32)?),
            (Some("EC"), Some("P-384")) => (Kind::P384, point(48)?),
            (Some("OKP"), Some("Ed25519")) => (Kind::Ed25519, member("x")?),
            _ => return Err(wrong("it is neither RSA, P-256, P-384 nor Ed25519")),
        };
        let text = |name: &str| jwk[name].as_str().map(str::to_owned);
        Ok(Self {
            kid: text("kid"),
            algorithm: text("alg"),
            ..Self::new(kind, bytes)?
        })
    }

    /// Reads a key in PEM, which begins with `-----BEGIN PUBLIC KEY-----` (RFC 7468 §13).
    ///
    /// ```
    /// use oidc_devidp::PublicKey;
    ///
    /// let pem = "-----BEGIN PUBLIC KEY-----\n\
    ///            MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
    ///            -----END PUBLIC KEY-----\n";
    /// assert!(PublicKey::from_pem(pem).is_ok());
    /// assert!(PublicKey::from_pem("-----BEGIN PRIVATE KEY-----").is_err());
    /// ```
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let der = pem::decode("PUBLIC KEY", pem);
        let der = der.ok_or_else(|| wrong("it is not a PUBLIC KEY in PEM"))?;
        let kinds = [Kind::Rsa, Kind::P256, Kind::P384, Kind::Ed25519];
        let keys = kinds.map(|kind| Self::new(kind, der.clone()));
        let key = keys.into_iter().find_map(Result::ok);
        key.ok_or_else(|| wrong("it is neither RSA of 2048 bits or more, P-256, P-384 nor Ed25519"))
    }

    fn new(kind: Kind, bytes: Vec<u8>) -> Result<Self, Error> {
        let parsed = UnparsedPublicKey::new(kind.algorithm().verification(), &bytes).parse();
        // Parsing does not look at the size.
        let too_small = kind == Kind::Rsa && PublicEncryptingKey::from_der(&bytes).is_err();
        if parsed.is_err() || too_small {
            return Err(wrong("it is malformed, or shorter than 2048 bits"));
        }
        Ok(Self {
            kind,
            bytes,
            kid: None,
            algorithm: None,
        })
    }

    /// Whether this is the key of that name, as far as both have one.
    pub(crate) fn is_called(&self, kid: Option<&str>) -> bool {
        self.kid.is_none() || kid.is_none() || self.kid.as_deref() == kid
    }

    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let of_key = self.algorithm.as_deref();
        of_key.is_none_or(|only| only == algorithm.name())
            && self.kind.can(algorithm)
            && UnparsedPublicKey::new(algorithm.verification(), &self.bytes)
                .verify(message, signature)
                .is_ok()
    }

    /// The keys of a configuration: each a PEM text, a JWK, or a set of these (RFC 7517 §5).
    pub(crate) fn deserialize_all<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Self>, D::Error> {
        let mut keys = Vec::new();
        for value in Vec::<Value>::deserialize(deserializer)? {
            let read = match (&value, value.get("keys")) {
                (Value::String(pem), _) => Self::from_pem(pem).map(|key| vec![key]),
                (_, Some(Value::Array(set))) => set.iter().map(Self::from_jwk).collect(),
                _ => Self::from_jwk(&value).map(|key| vec![key]),
            };
            keys.extend(read.map_err(D::Error::custom)?);
        }
        Ok(keys)
    }
}

impl From<&TestKey> for PublicKey {
    fn from(key: &TestKey) -> Self {
        Self::from_jwk(&key.public_members()).expect("a test key is one of the kinds")
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("kind", &self.kind)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl Kind {
    /// One of its algorithms.
    fn algorithm(self) -> Algorithm {
        match self {
            Self::Rsa => Algorithm::Rs256,
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::Ed25519 => Algorithm::EdDsa,
        }
    }

    fn can(self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa => algorithm.is_rsa(),
            _ => algorithm == self.algorithm(),
        }
    }
}

fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Vec<u8>, Error> {
    let der: Result<PublicKeyX509Der<'_>, _> = RsaPublicKeyComponents { n, e }.as_der();
    der.map(|der| der.as_ref().to_vec())
        .map_err(|_| wrong("its members are no key"))
}

fn wrong(text: &str) -> Error {
    Error::Config(format!("a public key does not count: {text}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::PublicKey;
    use crate::keys::{Algorithm, TestKey};

    #[test]
    fn every_kind_is_read_from_both_forms() {
        let message = b"a message";
        for (key, algorithm) in [
            (TestKey::rsa(2048), Algorithm::Rs256),
            (TestKey::rsa(2048), Algorithm::Ps256),
            (TestKey::ec_p256(), Algorithm::Es256),
            (TestKey::ec_p384(), Algorithm::Es384),
            (TestKey::ed25519(), Algorithm::EdDsa),
        ] {
            let signature = key.sign(algorithm, message);
            let from_pem = PublicKey::from_pem(&key.public_pem()).unwrap();
            for public in [from_pem, PublicKey::from(&key)] {
                assert!(public.verifies(algorithm, message, &signature), "{key:?}");
                assert!(!public.verifies(algorithm, b"another", &signature));
                let wrong = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs512];
                for algorithm in wrong.into_iter().filter(|wrong| *wrong != algorithm) {
                    assert!(!public.verifies(algorithm, message, &signature));
                }
            }
        }
    }

    /// RSA of 1024 bits, and secp256k1.
    const UNFIT: [&str; 2] = [
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC5TolvN7M3S9Y4mv6eL6xiwaKt\
         XlUComnr7EGbHj2a+lrsCo6B7PgnRJKDn3ClWAQvHzIpz3SqCqliYeikc4S3x2gR\
         Eztz4M53hGPcozpDKrfOoVT5QkxWS7Ux7cWUFHHcw7Kr9NfXxKYyVpRHj0VRLrTX\
         wNaBwzqSxx559rKb8wIDAQAB",
        "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEALhZdddJX9rp/kBhzPAmi7OipllPtciO\
         1Mikeu3d5nBUrFbn9rtr+OvOrB5faEXPuj4v64QHHsYAWQYgPH1zBQ==",
    ];

    #[test]
    fn unfit_keys_are_refused() {
        for text in UNFIT {
            let pem = format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----");
            assert!(PublicKey::from_pem(&pem).is_err(), "{text}");
        }
        let private = TestKey::ec_p256().private_pem();
        assert!(PublicKey::from_pem(&private).is_err());
        let renamed = private.replace("PRIVATE", "PUBLIC");
        assert!(PublicKey::from_pem(&renamed).is_err());
        let ec = TestKey::ec_p256().jwk("k1");
        for changes in [
            json!({ "d": "AAAA" }),
            json!({ "crv": "P-521" }),
            json!({ "crv": "P-384" }),
            json!({ "kty": "oct", "k": "AAAA" }),
            json!({ "x": "AAAA" }),
            json!({ "y": ec["x"] }),
            json!({ "x": null }),
            json!({ "kty": "RSA", "crv": null, "n": "uU6Jbw", "e": "AQAB" }),
        ] {
            let mut jwk = ec.clone();
            for (name, value) in changes.as_object().unwrap() {
                jwk[name] = value.clone();
            }
            assert!(PublicKey::from_jwk(&jwk).is_err(), "{changes}");
        }
    }
}
