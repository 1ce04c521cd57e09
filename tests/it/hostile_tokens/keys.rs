//! Key sets with keys that must not serve, or not for this token (RFC 7517 §4, RFC 7518 §6).

use oidc_devidp::{Algorithm, TestKey};
use serde_json::{Value, json};

use super::{Attempt, accepted, attempt_at, rejected};
use crate::support::bench::Bench;

/// Publishes the provider's own key and these; the tokens below them are signed with these.
async fn publish(jwks: Vec<Value>, attempts: Vec<Attempt>) {
    let bench = Bench::start().await;
    let own = bench.idp.jwks()["keys"][0].clone();
    bench
        .idp
        .publish_jwks(json!({ "keys": ([vec![own], jwks].concat()) }));
    attempt_at(&bench, attempts).await;
}

/// A `kid`, its key, and what is odd about its JWK.
type OddKey<'k> = (&'static str, &'k TestKey, fn(&mut Value));

/// Publishes these keys and sends a token of each.
async fn publish_odd(keys: &[OddKey<'_>], accepts: bool) {
    let mut jwks = Vec::new();
    let mut attempts = Vec::new();
    for &(kid, key, change) in keys {
        let mut jwk = key.jwk(kid);
        change(&mut jwk);
        jwks.push(jwk);
        let key = key.clone();
        let token = move |forge: &super::Forge<'_>| forge.token().key(&key).kid(kid).mint();
        attempts.push(if accepts {
            accepted(kid, token)
        } else {
            rejected(kid, token)
        });
    }
    publish(jwks, attempts).await;
}

fn without(jwk: &mut Value, member: &str) {
    jwk.as_object_mut()
        .expect("a JWK is an object")
        .remove(member);
}

#[tokio::test]
async fn of_no_use_for_this() {
    let rsa = TestKey::rsa(2048);
    let (p256, p384, ed25519) = (TestKey::ec_p256(), TestKey::ec_p384(), TestKey::ed25519());
    let unfit: [OddKey<'_>; 18] = [
        ("use-enc", &rsa, |jwk| jwk["use"] = json!("enc")),
        ("use-other", &rsa, |jwk| jwk["use"] = json!("tls")),
        ("use-number", &rsa, |jwk| jwk["use"] = json!(1)),
        ("ops-sign", &rsa, |jwk| jwk["key_ops"] = json!(["sign"])),
        ("ops-encrypt", &rsa, |jwk| {
            jwk["key_ops"] = json!(["encrypt", "wrapKey"]);
        }),
        ("ops-empty", &rsa, |jwk| jwk["key_ops"] = json!([])),
        ("alg-other", &rsa, |jwk| jwk["alg"] = json!("RS512")),
        ("alg-oaep", &rsa, |jwk| jwk["alg"] = json!("RSA-OAEP")),
        ("alg-hs256", &rsa, |jwk| jwk["alg"] = json!("HS256")),
        ("alg-none", &rsa, |jwk| jwk["alg"] = json!("none")),
        ("kty-oct", &rsa, |jwk| jwk["kty"] = json!("oct")),
        ("kty-missing", &rsa, |jwk| jwk["kty"] = Value::Null),
        ("n-missing", &rsa, |jwk| jwk["n"] = Value::Null),
        ("n-short", &rsa, |jwk| jwk["n"] = json!("AQAB")),
        ("crv-other", &p256, |jwk| jwk["crv"] = json!("P-384")),
        ("crv-secp256k1", &p256, |jwk| {
            jwk["crv"] = json!("secp256k1");
        }),
        ("crv-p256", &p384, |jwk| jwk["crv"] = json!("P-256")),
        ("crv-x25519", &ed25519, |jwk| jwk["crv"] = json!("X25519")),
    ];
    publish_odd(&unfit, false).await;
}

#[tokio::test]
async fn usable() {
    let rsa = TestKey::rsa(2048);
    let fit: [OddKey<'_>; 7] = [
        ("as-it-is", &rsa, |_| {}),
        ("no-use", &rsa, |jwk| without(jwk, "use")),
        ("no-alg", &rsa, |jwk| without(jwk, "alg")),
        ("ops-verify", &rsa, |jwk| jwk["key_ops"] = json!(["verify"])),
        ("x5c", &rsa, |jwk| jwk["x5c"] = json!(["not looked at"])),
        ("unknown", &rsa, |jwk| jwk["exp"] = json!(1)),
        ("padded-modulus", &rsa, |jwk| {
            // A sign byte in front: four letters hold three bytes, so three zeros fit in.
            jwk["n"] = json!(format!("AAAA{}", jwk["n"].as_str().unwrap_or_default()));
        }),
    ];
    publish_odd(&fit, true).await;
}

#[tokio::test]
async fn symmetric_keys_are_ignored() {
    let secret = b"0123456789abcdef0123456789abcdef";
    let oct = json!({
        "kty": "oct", "kid": "shared", "alg": "HS256", "use": "sig",
        "k": super::forge::encode(secret),
    });
    let attempts = vec![
        rejected("signed with it", |forge| {
            forge.token().hmac(secret).kid("shared").mint()
        }),
        rejected("signed with it, RS256 in name", |forge| {
            forge
                .token()
                .hmac(secret)
                .kid("shared")
                .header("alg", json!("RS256"))
                .mint()
        }),
    ];
    publish(vec![oct], attempts).await;
}

#[tokio::test]
async fn names_that_stand_twice() {
    let [first, second, stranger] = [TestKey::ec_p256(), TestKey::ec_p256(), TestKey::ec_p256()];
    let jwks = vec![
        first.jwk("twin"),
        second.jwk("twin"),
        TestKey::ed25519().jwk("twin"),
    ];
    let by =
        |key: TestKey| move |forge: &super::Forge<'_>| forge.token().key(&key).kid("twin").mint();
    let attempts = vec![
        accepted("the first", by(first)),
        accepted("the second", by(second)),
        rejected("a third", by(stranger)),
    ];
    publish(jwks, attempts).await;
}

/// A token without `kid` below this many further keys of its type.
async fn without_kid(further: usize, accepts: bool) {
    let keys: Vec<_> = (0..further).map(|_| TestKey::ec_p256()).collect();
    let jwks = keys
        .iter()
        .enumerate()
        .map(|(index, key)| key.jwk(&format!("k{index}")))
        .collect();
    let outcome = |name: &str, key: TestKey| {
        let token = move |forge: &super::Forge<'_>| forge.token().key(&key).kid(None).mint();
        if accepts {
            accepted(name, token)
        } else {
            rejected(name, token)
        }
    };
    let stranger = TestKey::ec_p256();
    let attempts = vec![
        outcome("the first key", keys[0].clone()),
        outcome("the last key", keys[further - 1].clone()),
        rejected("no key", move |forge| {
            forge.token().key(&stranger).kid(None).mint()
        }),
        accepted("the only key of its type", |forge| {
            forge.token().alg(Algorithm::Rs256).kid(None).mint()
        }),
    ];
    publish(jwks, attempts).await;
}

#[tokio::test]
async fn no_kid_and_few_keys() {
    without_kid(4, true).await;
}

#[tokio::test]
async fn no_kid_and_many_keys() {
    without_kid(5, false).await;
}

#[tokio::test]
async fn keys_without_names() {
    let key = TestKey::ec_p256();
    let mut jwk = key.jwk("");
    without(&mut jwk, "kid");
    let other = key.clone();
    let attempts = vec![
        accepted("no kid in the token either", move |forge| {
            forge.token().key(&key).kid(None).mint()
        }),
        rejected("a kid in the token", move |forge| {
            forge.token().key(&other).kid("x").mint()
        }),
    ];
    publish(vec![jwk], attempts).await;
}
