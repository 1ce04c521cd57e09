//! Tampered tokens over HTTP, verified by a second library as well: it accepts each token that
//! is accepted here.

use std::collections::BTreeMap;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use oidc_devidp::Algorithm;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::support::bench::Bench;
use crate::support::servers::{for_both, guarded_app};

const TOKENS: usize = 1_500;
/// What a token may consist of (RFC 6750 section 2.1).
const CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::Rs256,
    Algorithm::Rs512,
    Algorithm::Ps384,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::EdDsa,
];

#[derive(Clone, Debug)]
enum Change {
    Replace(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Swap(Index, Index),
    CutOff(Index),
    /// A part of another genuine token in the place of this one's.
    Transplant(usize, Index),
    Append(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let character = || proptest::sample::select(CHARACTERS);
    prop_oneof![
        3 => (at(), character()).prop_map(|(at, with)| Change::Replace(at, with)),
        1 => (at(), character()).prop_map(|(at, what)| Change::Insert(at, what)),
        1 => at().prop_map(Change::Remove),
        1 => (at(), at()).prop_map(|(one, other)| Change::Swap(one, other)),
        1 => at().prop_map(Change::CutOff),
        2 => (0..3_usize, at()).prop_map(|(part, from)| Change::Transplant(part, from)),
        1 => proptest::sample::select(vec!["=", "==", ".", "A", ".e30"]).prop_map(Change::Append),
    ]
}

fn apply(change: &Change, token: &str, genuine: &[String]) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let length = bytes.len().max(1);
    match change {
        _ if bytes.is_empty() => {}
        Change::Replace(at, with) => bytes[at.index(length)] = *with,
        Change::Insert(at, what) => bytes.insert(at.index(length), *what),
        Change::Remove(at) => drop(bytes.remove(at.index(length))),
        Change::Swap(one, other) => bytes.swap(one.index(length), other.index(length)),
        Change::CutOff(at) => bytes.truncate(at.index(length)),
        Change::Transplant(part, from) => {
            let from: &String = from.get(genuine);
            return transplant(*part, token, from);
        }
        Change::Append(text) => bytes.extend(text.bytes()),
    }
    String::from_utf8(bytes).expect("tokens are ASCII")
}

fn transplant(part: usize, token: &str, from: &str) -> String {
    let parts = token.split('.').enumerate();
    let other: Vec<_> = from.split('.').collect();
    let parts = parts.map(|(index, own)| if index == part { other[part] } else { own });
    parts.collect::<Vec<_>>().join(".")
}

/// Whether `jsonwebtoken` finds the signature right, with the key that the token names.
fn peer_accepts(token: &str, keys: &JwkSet) -> bool {
    let Ok(header) = jsonwebtoken::decode_header(token) else {
        return false;
    };
    let Some(jwk) = header.kid.as_deref().and_then(|kid| keys.find(kid)) else {
        return false;
    };
    let mut signature_only = Validation::new(header.alg);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let key = DecodingKey::from_jwk(jwk).expect("the provider's keys are usable");
    jsonwebtoken::decode::<serde_json::Value>(token, &key, &signature_only).is_ok()
}

/// Tokens with none to two changes, the same in every run.
fn tampered(genuine: &[String]) -> Vec<String> {
    let strategy = (0..genuine.len(), proptest::collection::vec(change(), 0..3));
    let mut runner = TestRunner::deterministic();
    let mut next = || strategy.new_tree(&mut runner).expect("values").current();
    let tamper = |(index, changes): (usize, Vec<Change>)| {
        let changes = changes.iter();
        changes.fold(genuine[index].clone(), |token, change| {
            apply(change, &token, genuine)
        })
    };
    (0..TOKENS).map(|_| tamper(next())).collect()
}

#[tokio::test]
async fn a_second_library_accepts_every_accepted_token() {
    let bench = Bench::start().await;
    let mint = |algorithm| bench.idp.token().alg(algorithm).mint();
    let genuine: Vec<String> = ALGORITHMS.into_iter().map(mint).collect();
    let keys: JwkSet = serde_json::from_value(bench.idp.jwks()).expect("a key set");
    let tokens = tampered(&genuine);

    for_both(
        guarded_app!(required()),
        || bench.oidc(),
        async |server| {
            let mut verdicts = BTreeMap::new();
            for token in &tokens {
                let status = server.get("/required", token.as_str()).await.status;
                let peer = peer_accepts(token, &keys);
                assert!([200, 400, 401].contains(&status), "{status} for {token}");
                assert_eq!(status == 200, peer, "{status} for {token}");
                *verdicts.entry(peer).or_insert(0) += 1;
            }
            assert!(verdicts[&true] > TOKENS / 5, "{verdicts:?}");
            assert!(verdicts[&false] > TOKENS / 3, "{verdicts:?}");
        },
    )
    .await;
}
