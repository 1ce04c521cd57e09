//! Private keys, and what they sign and verify.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::algorithm::Algorithm;
use super::pem;
use crate::sync::lock;

/// A private key to sign tokens with. Cheap to clone; never shown by `Debug`.
///
/// ```
/// let key = oidc_devidp::TestKey::ec_p256();
/// assert_eq!(key.jwk("a")["kty"], "EC");
/// ```
#[derive(Clone)]
pub struct TestKey(Arc<Material>);

enum Material {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl TestKey {
    /// Makes an RSA key of 2048, 3072 or 4096 bits.
    ///
    /// # Panics
    /// For any other size: the signature library makes no others.
    #[must_use]
    pub fn rsa(bits: usize) -> Self {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            _ => panic!("RSA keys of {bits} bits cannot be made; use 2048, 3072 or 4096"),
        };
        Self::new(RsaKeyPair::generate(size).map(Material::Rsa))
    }

    /// Makes a key on the curve P-256.
    #[must_use]
    pub fn ec_p256() -> Self {
        let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        Self::new(EcdsaKeyPair::generate(algorithm).map(Material::P256))
    }

    /// Makes a key on the curve P-384.
    #[must_use]
    pub fn ec_p384() -> Self {
        let algorithm = &signature::ECDSA_P384_SHA384_FIXED_SIGNING;
        Self::new(EcdsaKeyPair::generate(algorithm).map(Material::P384))
    }

    /// Makes an Ed25519 key.
    #[must_use]
    pub fn ed25519() -> Self {
        Self::new(Ed25519KeyPair::generate().map(Material::Ed25519))
    }

    /// The public half as a JWK (RFC 7517) with `use`, `alg` and the given `kid`.
    #[must_use]
    pub fn jwk(&self, kid: &str) -> Value {
        self.jwk_for(kid, self.algorithm())
    }

    /// The algorithm this key signs with unless another is chosen.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match &*self.0 {
            Material::Rsa(_) => Algorithm::Rs256,
            Material::P256(_) => Algorithm::Es256,
            Material::P384(_) => Algorithm::Es384,
            Material::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// The public half as it is encoded inside a DER `SubjectPublicKey`: what an attacker feeds
    /// to HMAC in an algorithm confusion attack.
    ///
    /// ```
    /// use oidc_devidp::{Algorithm, TestIdp};
    ///
    /// let idp = TestIdp::start_blocking();
    /// let (_, key) = idp.private_key(Algorithm::Rs256);
    /// let confused = idp.token().hmac(key.public_key_bytes()).mint();
    /// ```
    #[must_use]
    pub fn public_key_bytes(&self) -> &[u8] {
        match &*self.0 {
            Material::Rsa(pair) => pair.public_key().as_ref(),
            Material::P256(pair) | Material::P384(pair) => pair.public_key().as_ref(),
            Material::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }

    /// The private key in PEM (RFC 7468 §10, PKCS #8), for an application that authenticates with it.
    ///
    /// ```
    /// let pem = oidc_devidp::TestKey::ed25519().private_pem();
    /// assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
    /// ```
    ///
    /// # Panics
    /// When memory runs out.
    #[must_use]
    pub fn private_pem(&self) -> String {
        let der = match &*self.0 {
            Material::Rsa(pair) => {
                let der: Result<Pkcs8V1Der<'_>, _> = pair.as_der();
                der.map(|der| der.as_ref().to_vec())
            }
            Material::P256(pair) | Material::P384(pair) => {
                pair.to_pkcs8v1().map(|der| der.as_ref().to_vec())
            }
            Material::Ed25519(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        };
        pem::encode("PRIVATE KEY", &der.expect("a key can be written down"))
    }

    /// The public half in PEM (RFC 7468 §13).
    ///
    /// ```
    /// use oidc_devidp::{PublicKey, TestKey};
    ///
    /// let pem = TestKey::ed25519().public_pem();
    /// assert!(PublicKey::from_pem(&pem).is_ok());
    /// ```
    ///
    /// # Panics
    /// When memory runs out.
    #[must_use]
    pub fn public_pem(&self) -> String {
        let der: Result<PublicKeyX509Der<'_>, _> = match &*self.0 {
            Material::Rsa(pair) => pair.public_key().as_der(),
            Material::P256(pair) | Material::P384(pair) => pair.public_key().as_der(),
            Material::Ed25519(pair) => pair.public_key().as_der(),
        };
        let der = der.expect("a key can be written down");
        pem::encode("PUBLIC KEY", der.as_ref())
    }

    /// A key for this algorithm that no other provider of this process has at the same time.
    ///
    /// RSA keys take long to generate, so those that are no longer in use serve again.
    pub(crate) fn lasting(algorithm: Algorithm) -> Self {
        static RSA: Mutex<Vec<TestKey>> = Mutex::new(Vec::new());
        if !algorithm.is_rsa() {
            return Self::fresh(algorithm);
        }
        let is_free = |key: &&Self| Arc::strong_count(&key.0) == 1;
        let free = lock(&RSA).iter().find(is_free).cloned();
        free.unwrap_or_else(|| {
            let key = Self::fresh(algorithm);
            lock(&RSA).push(key.clone());
            key
        })
    }

    /// A key for this algorithm that has not been used before.
    pub(crate) fn fresh(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::ec_p256(),
            Algorithm::Es384 => Self::ec_p384(),
            Algorithm::EdDsa => Self::ed25519(),
            _ => Self::rsa(2048),
        }
    }

    /// The name of this key and no other: its thumbprint (RFC 7638), and the algorithm where it is
    /// not the key's own, for one RSA key may sign with several.
    pub(crate) fn kid(&self, algorithm: Algorithm) -> String {
        let thumbprint = self.thumbprint();
        if algorithm == self.algorithm() {
            thumbprint
        } else {
            format!("{thumbprint}-{algorithm}")
        }
    }

    pub(crate) fn can(&self, algorithm: Algorithm) -> bool {
        match &*self.0 {
            Material::Rsa(_) => algorithm.is_rsa(),
            _ => algorithm == self.algorithm(),
        }
    }

    pub(crate) fn jwk_for(&self, kid: &str, algorithm: Algorithm) -> Value {
        let mut jwk = self.public_members();
        jwk["kid"] = json!(kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(algorithm.name());
        jwk
    }

    /// The raw bytes of a JWS signature, for tests that put a token together themselves.
    ///
    /// A key that cannot do `algorithm` signs with its own.
    ///
    /// ```
    /// use oidc_devidp::{Algorithm, TestKey};
    ///
    /// let signature = TestKey::ec_p256().sign(Algorithm::Es256, b"header.claims");
    /// assert_eq!(signature.len(), 64);
    /// ```
    ///
    /// # Panics
    /// When the system's random number generator fails.
    #[must_use]
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let rng = SystemRandom::new();
        match &*self.0 {
            Material::Rsa(pair) => {
                let mut out = vec![0; pair.public_modulus_len()];
                pair.sign(rsa_encoding(algorithm), &rng, message, &mut out)
                    .expect("an RSA key of 2048 bits or more signs any message");
                out
            }
            Material::P256(pair) | Material::P384(pair) => pair
                .sign(&rng, message)
                .expect("an EC key signs any message")
                .as_ref()
                .to_vec(),
            Material::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.can(algorithm)
            && UnparsedPublicKey::new(algorithm.verification(), self.public_key_bytes())
                .verify(message, signature)
                .is_ok()
    }

    fn new<E: fmt::Debug>(material: Result<Material, E>) -> Self {
        Self(Arc::new(
            material.expect("the system's random number generator works"),
        ))
    }

    fn thumbprint(&self) -> String {
        // RFC 7638 §3: in lexicographic order, without white space.
        let members = self.public_members();
        let members: BTreeMap<_, _> = members.as_object().into_iter().flatten().collect();
        let text = serde_json::to_string(&members).expect("a map of texts is JSON");
        URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
    }

    /// What RFC 7638 §3.2 requires of a JWK, which is all that the key is.
    pub(super) fn public_members(&self) -> Value {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let point = self.public_key_bytes();
        match &*self.0 {
            Material::Rsa(pair) => {
                let public = pair.public_key();
                json!({
                    "kty": "RSA",
                    "n": b64(public.modulus().big_endian_without_leading_zero()),
                    "e": b64(public.exponent().big_endian_without_leading_zero()),
                })
            }
            // SEC 1 §2.3.3: 0x04, then x and y of equal length.
            Material::P256(_) => json!({
                "kty": "EC", "crv": "P-256", "x": b64(&point[1..33]), "y": b64(&point[33..]),
            }),
            Material::P384(_) => json!({
                "kty": "EC", "crv": "P-384", "x": b64(&point[1..49]), "y": b64(&point[49..]),
            }),
            Material::Ed25519(_) => json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(point) }),
        }
    }
}

impl fmt::Debug for TestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestKey")
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

fn rsa_encoding(algorithm: Algorithm) -> &'static dyn signature::RsaEncoding {
    match algorithm {
        Algorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_SHA512,
        _ => &signature::RSA_PKCS1_SHA256,
    }
}
