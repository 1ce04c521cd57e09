//! One public key of a key set, prepared for use (RFC 7517).

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk, KeyOperations,
    OctetKeyPairParameters, PublicKeyUse, RSAKeyParameters,
};

use super::small_order::has_small_order;
use crate::jose::Algorithm;

/// The smallest accepted RSA modulus in bytes (RFC 7518 §3.3).
const MIN_RSA_BYTES: usize = 2048 / 8;

/// Identifies a key by its `kid`, issuer, algorithms and public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyId(u64);

/// A public key and the algorithms it may be used with.
///
/// perf: aws-lc parses the key once. `jsonwebtoken`, whose types read the key set, would do so for
/// every token: an eighth of an RS256 verification (bench `verify`).
pub(crate) struct Key {
    pub(crate) id: KeyId,
    pub(crate) kid: Option<Box<str>>,
    /// The issuer whose tokens it signs, if it is not for all of its key set: a member of Entra ID's
    /// keys.
    pub(crate) issuer: Option<Box<str>>,
    verifiers: Vec<(Algorithm, ParsedPublicKey)>,
}

impl Key {
    /// Prepares a key. Symmetric keys are not usable.
    pub(crate) fn new(json: &serde_json::Value, allowed: &[Algorithm]) -> Result<Self, Unusable> {
        let jwk: Jwk = serde::Deserialize::deserialize(json).map_err(|_| Unusable::Malformed)?;
        check_purpose(&jwk)?;
        let declared = match json.get("alg") {
            None => None,
            Some(alg) => Some(
                alg.as_str()
                    .and_then(|alg| alg.parse().ok())
                    .ok_or(Unusable::AlgorithmNotAllowed)?,
            ),
        };
        let verifiers: Vec<_> = prepare(&jwk.algorithm)?
            .into_iter()
            .filter(|(algorithm, _)| allowed.contains(algorithm))
            .filter(|(algorithm, _)| {
                declared.is_none_or(|declared: Algorithm| declared == *algorithm)
            })
            .collect();
        if verifiers.is_empty() {
            return Err(Unusable::AlgorithmNotAllowed);
        }
        let kid = jwk.common.key_id.map(String::into_boxed_str);
        let issuer = match json.get("issuer") {
            None | Some(serde_json::Value::Null) => None,
            Some(issuer) => Some(issuer.as_str().ok_or(Unusable::Malformed)?),
        };
        Ok(Self {
            id: identify(kid.as_deref(), issuer, &verifiers),
            kid,
            issuer: issuer.map(Into::into),
            verifiers,
        })
    }

    pub(crate) fn supports(&self, algorithm: Algorithm) -> bool {
        self.verifiers
            .iter()
            .any(|(supported, _)| *supported == algorithm)
    }

    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.verifiers
            .iter()
            .find(|(supported, _)| *supported == algorithm)
            .is_some_and(|(_, key)| key.verify_sig(message, signature).is_ok())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<_> = self
            .verifiers
            .iter()
            .map(|(algorithm, _)| algorithm)
            .collect();
        f.debug_struct("Key")
            .field("kid", &self.kid)
            .field("algorithms", &algorithms)
            .finish_non_exhaustive()
    }
}

/// Why a key of the set is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    Malformed,
    NotForSignatures,
    Symmetric,
    Weak,
    UnknownType,
    AlgorithmNotAllowed,
}

/// Rejects keys for encryption, or for signing only (RFC 7517 §4.2, §4.3).
fn check_purpose(jwk: &Jwk) -> Result<(), Unusable> {
    let for_signatures = match &jwk.common.public_key_use {
        None => true,
        Some(purpose) => *purpose == PublicKeyUse::Signature,
    };
    let may_verify = match &jwk.common.key_operations {
        None => true,
        Some(operations) => operations.contains(&KeyOperations::Verify),
    };
    if for_signatures && may_verify {
        Ok(())
    } else {
        Err(Unusable::NotForSignatures)
    }
}

type Verifiers = Vec<(Algorithm, ParsedPublicKey)>;

fn prepare(parameters: &AlgorithmParameters) -> Result<Verifiers, Unusable> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => prepare_rsa(rsa),
        AlgorithmParameters::EllipticCurve(ec) => prepare_ec(ec),
        AlgorithmParameters::OctetKeyPair(okp) => prepare_ed25519(okp),
        AlgorithmParameters::OctetKey(_) => Err(Unusable::Symmetric),
        _ => Err(Unusable::UnknownType),
    }
}

fn prepare_rsa(rsa: &RSAKeyParameters) -> Result<Verifiers, Unusable> {
    let n = without_leading_zeros(decode(&rsa.n)?);
    let e = without_leading_zeros(decode(&rsa.e)?);
    if n.len() < MIN_RSA_BYTES {
        return Err(Unusable::Weak);
    }
    let algorithms: [(Algorithm, &'static RsaParameters); 6] = [
        (Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
        (Algorithm::Rs384, &RSA_PKCS1_2048_8192_SHA384),
        (Algorithm::Rs512, &RSA_PKCS1_2048_8192_SHA512),
        (Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
        (Algorithm::Ps384, &RSA_PSS_2048_8192_SHA384),
        (Algorithm::Ps512, &RSA_PSS_2048_8192_SHA512),
    ];
    let key = RsaPublicKeyComponents { n, e };
    algorithms
        .into_iter()
        .map(
            |(algorithm, parameters)| match key.to_parsed_public_key(parameters) {
                Ok(parsed) => Ok((algorithm, parsed)),
                Err(_) => Err(Unusable::Malformed),
            },
        )
        .collect()
}

fn prepare_ec(ec: &EllipticCurveKeyParameters) -> Result<Verifiers, Unusable> {
    let (algorithm, parameters, width): (_, &'static dyn VerificationAlgorithm, _) = match ec.curve
    {
        EllipticCurve::P256 => (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED, 32),
        EllipticCurve::P384 => (Algorithm::Es384, &ECDSA_P384_SHA384_FIXED, 48),
        _ => return Err(Unusable::UnknownType),
    };
    let (x, y) = (decode(&ec.x)?, decode(&ec.y)?);
    if x.len() != width || y.len() != width {
        return Err(Unusable::Malformed);
    }
    // SEC 1 §2.3.3: an uncompressed point.
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let parsed = ParsedPublicKey::new(parameters, point).map_err(|_| Unusable::Malformed)?;
    Ok(vec![(algorithm, parsed)])
}

fn prepare_ed25519(okp: &OctetKeyPairParameters) -> Result<Verifiers, Unusable> {
    if okp.curve != EllipticCurve::Ed25519 {
        return Err(Unusable::UnknownType);
    }
    let point = decode(&okp.x)?;
    if has_small_order(&point) {
        return Err(Unusable::Weak);
    }
    let parsed = ParsedPublicKey::new(&ED25519, point).map_err(|_| Unusable::Malformed)?;
    Ok(vec![(Algorithm::EdDsa, parsed)])
}

fn decode(part: &str) -> Result<Vec<u8>, Unusable> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Unusable::Malformed)
}

/// Some providers prefix the modulus with a sign byte, contrary to RFC 7518 §6.3.1.1.
fn without_leading_zeros(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    bytes
}

/// Needs no secret hash key: only keys of the same provider are compared.
fn identify(kid: Option<&str>, issuer: Option<&str>, verifiers: &Verifiers) -> KeyId {
    let mut hasher = DefaultHasher::new();
    kid.hash(&mut hasher);
    issuer.hash(&mut hasher);
    for (algorithm, key) in verifiers {
        algorithm.hash(&mut hasher);
        key.as_ref().hash(&mut hasher);
    }
    KeyId(hasher.finish())
}
