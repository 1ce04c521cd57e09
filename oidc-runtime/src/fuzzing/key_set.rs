//! Compares key sets with a second library.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde_json::Value;

use crate::jose::Algorithm;
use crate::jose::KeySet;

/// Parses a key set; returns how many of its keys are usable.
///
/// # Panics
/// If a key is accepted that the other library cannot parse, that is not a public key for
/// signatures, or that verifies a signature of zeros.
pub fn key_set(json: &[u8]) -> usize {
    let Some(keys) = KeySet::parse(json, &Algorithm::ALL) else {
        return 0;
    };
    let set: Value = serde_json::from_slice(json).expect("a key set is JSON");
    let usable = set["keys"]
        .as_array()
        .expect("a key set has keys")
        .iter()
        .filter(|key| may_verify(key))
        .count();
    assert!(
        (1..=usable).contains(&keys.len()),
        "{} keys of {set}",
        keys.len()
    );
    for algorithm in Algorithm::ALL {
        for key in keys.candidates(None, algorithm).into_iter().flatten() {
            for length in [0, 64, 96, 256] {
                let signature = vec![0; length];
                assert!(!key.verifies(algorithm, b"message", &signature), "{set}");
            }
        }
    }
    keys.len()
}

fn may_verify(key: &Value) -> bool {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let asymmetric = matches!(text("kty"), Some("RSA" | "EC" | "OKP"));
    let for_signatures = key
        .get("use")
        .is_none_or(|purpose| purpose.is_null() || purpose == "sig");
    let readable = serde_json::from_value::<Jwk>(key.clone())
        .is_ok_and(|jwk| DecodingKey::from_jwk(&jwk).is_ok());
    asymmetric && for_signatures && readable
}
