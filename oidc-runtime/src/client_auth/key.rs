//! The private key of a client: what it signs with, and its public half.

use std::fmt;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::pem::pkcs8;
use crate::jose::Algorithm;

/// What `aws-lc-rs` says about an RSA key of fewer than 2048 bits.
const TOO_SMALL: &str = "TooSmall";
/// The size of a coordinate on P-256.
const COORDINATE_BYTES: usize = 32;

/// The private key of a client. Its `Debug` form is redacted.
pub(crate) struct ClientKeyPair {
    pair: Pair,
    /// The `kid` under which the provider knows it.
    pub(super) id: Option<String>,
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl ClientKeyPair {
    /// Reads an unencrypted PKCS#8 key in PEM; the error describes the problem, and nothing of the
    /// content.
    pub(crate) fn from_pem(pem: &str, id: Option<String>) -> Result<Self, &'static str> {
        let der = pkcs8(pem)?;
        let pair = Pair::from_pkcs8(&der)?;
        Ok(Self { pair, id })
    }

    /// What the key signs with, at a provider that accepts these algorithms, or does not say.
    pub(super) fn algorithm(&self, accepted: Option<&[Algorithm]>) -> Algorithm {
        let accepts_pss = accepted.is_none_or(|names| names.contains(&Algorithm::Ps256));
        match &self.pair {
            Pair::Rsa(_) if accepts_pss => Algorithm::Ps256,
            Pair::Rsa(_) => Algorithm::Rs256,
            Pair::P256(_) => Algorithm::Es256,
            Pair::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// The signature with one of the algorithms that [`algorithm`](Self::algorithm) returns.
    pub(super) fn sign(
        &self,
        algorithm: Algorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let encoding: &dyn RsaEncoding = match algorithm {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature)?;
                Ok(signature)
            }
            Pair::P256(pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            Pair::Ed25519(pair) => Ok(pair.try_sign(message)?.as_ref().to_vec()),
        }
    }

    /// The public half as a JWK (RFC 7517 §4). That of an RSA key has no `alg`: the provider's
    /// metadata decides which one it signs with.
    pub(crate) fn public_jwk(&self) -> Value {
        let mut jwk = self.pair.public_jwk();
        jwk["use"] = json!("sig");
        if let Some(id) = &self.id {
            jwk["kid"] = json!(id);
        }
        jwk
    }
}

impl Pair {
    fn from_pkcs8(der: &[u8]) -> Result<Self, &'static str> {
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
            return Ok(Self::P256(pair));
        }
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8(der) {
            return Ok(Self::Ed25519(pair));
        }
        RsaKeyPair::from_pkcs8(der).map(Self::Rsa).map_err(|reason| {
            if reason.description_() == TOO_SMALL {
                "is an RSA key of fewer than 2048 bits"
            } else {
                "is not a private key of a supported kind: RSA from 2048 to 8192 bits, P-256 or \
                 Ed25519"
            }
        })
    }

    fn public_jwk(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Rsa(pair) => {
                let public = pair.public_key();
                json!({
                    "kty": "RSA",
                    "n": encode(public.modulus().big_endian_without_leading_zero()),
                    "e": encode(public.exponent().big_endian_without_leading_zero()),
                })
            }
            Self::P256(pair) => {
                // A byte that says "uncompressed" and the two coordinates (SEC 1 §2.3.3).
                let point = pair.public_key().as_ref();
                let (start, y) = point.split_at(point.len() - COORDINATE_BYTES);
                let (_, x) = start.split_at(start.len() - COORDINATE_BYTES);
                json!({
                    "kty": "EC",
                    "crv": "P-256",
                    "x": encode(x),
                    "y": encode(y),
                    "alg": Algorithm::Es256.name(),
                })
            }
            Self::Ed25519(pair) => json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "x": encode(pair.public_key().as_ref()),
                "alg": Algorithm::EdDsa.name(),
            }),
        }
    }
}

impl fmt::Debug for ClientKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClientKeyPair");
        shown.field("id", &self.id).finish_non_exhaustive()
    }
}
