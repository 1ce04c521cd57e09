//! The test kit: minted tokens, keys, faults, counters, stop and restart.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use oidc_devidp::{Algorithm, DevIdp, Endpoint, Fault, TestIdp, TestKey};
use serde_json::{Value, json};

async fn keys(idp: &TestIdp) -> JwkSet {
    let url = format!("{}/jwks", idp.issuer());
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

/// Verifies as a strict resource server does.
async fn verify(idp: &TestIdp, token: &str) -> Result<Value, String> {
    let header = decode_header(token).map_err(|error| error.to_string())?;
    let keys = keys(idp).await;
    let key = keys
        .find(header.kid.as_deref().ok_or("no kid")?)
        .ok_or("unknown kid")?;
    let key = DecodingKey::from_jwk(key).map_err(|error| error.to_string())?;
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[idp.client_id()]);
    validation.set_issuer(&[idp.issuer()]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    validation.leeway = 0;
    let token = decode::<Value>(token, &key, &validation).map_err(|error| error.to_string())?;
    Ok(token.claims)
}

#[tokio::test]
async fn a_minted_token_is_valid_until_changed() {
    let idp = TestIdp::start().await;
    let claims = verify(&idp, &idp.token().mint()).await.unwrap();
    assert_eq!(claims["sub"], "alice");
    assert_eq!(claims["scope"], "openid profile email");
    assert_eq!(claims["groups"], json!(["admin"]));
    assert_eq!(
        decode_header(idp.token().mint()).unwrap().typ.as_deref(),
        Some("at+jwt")
    );

    for (why, token) in [
        ("ExpiredSignature", idp.token().expires_in(-1).mint()),
        ("InvalidAudience", idp.token().audience("another").mint()),
        (
            "InvalidIssuer",
            idp.token().issuer("https://another.example").mint(),
        ),
        (
            "Missing required claim: exp",
            idp.token().without("exp").mint(),
        ),
        (
            "InvalidSignature",
            idp.token().key(&TestKey::rsa(2048)).mint(),
        ),
        ("unknown kid", idp.token().kid("another").mint()),
        ("no kid", idp.token().kid(None).mint()),
    ] {
        assert_eq!(verify(&idp, &token).await.unwrap_err(), why);
    }
}

#[tokio::test]
async fn every_algorithm_signs_with_a_published_key() {
    use Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let idp = TestIdp::start().await;
    assert_eq!(keys(&idp).await.keys.len(), 1);
    for algorithm in [
        Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, EdDsa,
    ] {
        let token = idp.token().alg(algorithm).mint();
        verify(&idp, &token)
            .await
            .unwrap_or_else(|error| panic!("{algorithm}: {error}"));
    }
    assert_eq!(keys(&idp).await.keys.len(), 9);
}

#[tokio::test]
async fn the_claims_follow_the_user_and_can_be_set_at_depth() {
    let idp = TestIdp::start().await;
    let token = idp
        .token()
        .sub("bob")
        .claim_at("realm_access.roles", json!(["x"]))
        .mint();
    let claims = verify(&idp, &token).await.unwrap();
    assert_eq!(claims["preferred_username"], "bob");
    assert_eq!(claims["realm_access"], json!({ "roles": ["x"] }));
    assert_eq!(claims.get("groups"), None);

    let unknown = verify(&idp, &idp.token().sub("unknown").mint())
        .await
        .unwrap();
    assert_eq!(unknown.get("preferred_username"), None);
    assert_eq!(unknown["sub"], "unknown");
}

#[tokio::test]
async fn rotation_publishes_new_keys_only() {
    let idp = TestIdp::start().await;
    let old = idp.token().mint();
    idp.rotate_keys();
    assert_eq!(verify(&idp, &old).await.unwrap_err(), "unknown kid");
    verify(&idp, &idp.token().mint()).await.unwrap();
}

/// RFC 7638 §3: the hash of the required members in lexicographic order.
fn thumbprint(jwk: &Value) -> String {
    let members: &[&str] = match jwk["kty"].as_str().unwrap() {
        "RSA" => &["e", "kty", "n"],
        "EC" => &["crv", "kty", "x", "y"],
        _ => &["crv", "kty", "x"],
    };
    let members = members
        .iter()
        .map(|name| format!("\"{name}\":{}", jwk[name]));
    let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

#[tokio::test]
async fn keys_are_named_by_their_thumbprints() {
    let idp = TestIdp::start().await;
    idp.add_key(TestKey::ec_p256());
    idp.add_key(TestKey::ec_p384());
    idp.add_key(TestKey::ed25519());
    let keys = idp.jwks()["keys"].clone();
    for key in keys.as_array().unwrap() {
        assert_eq!(key["kid"], thumbprint(key), "{key}");
    }
    assert_eq!(keys.as_array().map(Vec::len), Some(4));

    // The same key for two algorithms has two names; added twice, it is published once.
    let (kid, key) = idp.private_key(Algorithm::Ps256);
    assert_eq!(kid, format!("{}-PS256", keys[0]["kid"].as_str().unwrap()));
    assert_eq!(idp.add_key(key), keys[0]["kid"].as_str().unwrap());
    assert_eq!(idp.jwks()["keys"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn no_two_running_providers_share_a_key() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let start = || TestIdp::start_with(DevIdp::builder().algorithm(algorithm));
        let (one, other) = (start().await, start().await);
        let kid = |idp: &TestIdp| idp.private_key(algorithm).0;
        assert_ne!(kid(&one), kid(&other));
        one.stop();
        let before = kid(&one);
        one.restart().unwrap();
        assert_eq!(kid(&one), before, "a restart keeps the keys");
    }
}

#[tokio::test]
async fn an_added_key_signs_beside_the_old_one() {
    let idp = TestIdp::start().await;
    let old = idp.token().mint();
    let kid = idp.add_key(TestKey::rsa(2048));
    let new = idp.token().mint();
    assert_eq!(decode_header(&new).unwrap().kid, Some(kid));
    verify(&idp, &old).await.unwrap();
    verify(&idp, &new).await.unwrap();
}

#[tokio::test]
async fn the_published_keys_can_be_anything() {
    let idp = TestIdp::start().await;
    let url = format!("{}/jwks", idp.issuer());
    idp.publish_jwks(json!({ "keys": "none" }));
    assert_eq!(
        reqwest::get(&url).await.unwrap().text().await.unwrap(),
        r#"{"keys":"none"}"#
    );
    idp.heal();
    assert_eq!(keys(&idp).await.keys.len(), 1);
}

#[tokio::test]
async fn faults_replace_responses_until_healed() {
    let idp = TestIdp::start().await;
    let url = idp.discovery_url();
    let get = || async { reqwest::get(&url).await };

    idp.fault(Endpoint::Discovery, Fault::Down);
    assert!(get().await.unwrap_err().is_request());
    idp.fault(Endpoint::Discovery, Fault::Status(503));
    assert_eq!(get().await.unwrap().status(), 503);
    idp.fault(Endpoint::Discovery, Fault::Error("a_code".to_owned()));
    let error = get().await.unwrap();
    assert_eq!(error.status(), 400);
    assert_eq!(error.text().await.unwrap(), r#"{"error":"a_code"}"#);
    idp.fault(Endpoint::Discovery, Fault::Busy(7));
    let busy = get().await.unwrap();
    assert_eq!(busy.status(), 429);
    assert_eq!(busy.headers()["retry-after"], "7");
    idp.fault(Endpoint::Discovery, Fault::Garbage);
    assert!(get().await.unwrap().json::<Value>().await.is_err());
    idp.fault(Endpoint::Discovery, Fault::Empty);
    assert_eq!(get().await.unwrap().text().await.unwrap(), "");
    idp.fault(Endpoint::Discovery, Fault::Huge(100_000));
    let huge: String = get().await.unwrap().json().await.unwrap();
    assert_eq!(huge.len(), 99_998);
    idp.fault(Endpoint::Discovery, Fault::Body("{}".to_owned()));
    assert_eq!(get().await.unwrap().text().await.unwrap(), "{}");
    idp.fault(Endpoint::Discovery, Fault::WrongIssuer);
    let metadata: Value = get().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], "https://another-issuer.example");
    idp.fault(
        Endpoint::Discovery,
        Fault::Redirect(format!("{}/jwks", idp.issuer())),
    );
    assert_eq!(get().await.unwrap().url().path(), "/jwks");

    assert_eq!(idp.hits(Endpoint::Discovery), 10);
    assert_eq!(idp.hits(Endpoint::Jwks), 1);
    idp.heal();
    idp.reset_hits();
    let metadata: Value = get().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], idp.issuer());
    assert_eq!(idp.hits(Endpoint::Discovery), 1);
}

#[tokio::test]
async fn slow_responses_time_out() {
    let idp = TestIdp::start().await;
    let client = reqwest::Client::builder().build().unwrap();
    let url = format!("{}/jwks", idp.issuer());
    let impatient = Duration::from_millis(200);

    idp.fault(Endpoint::Jwks, Fault::Slow(Duration::from_secs(3600)));
    let response = client.get(&url).timeout(impatient).send().await;
    assert!(response.unwrap_err().is_timeout());

    // Without a limit for the head, which a busy machine may take its time to send.
    idp.fault(Endpoint::Jwks, Fault::Drip);
    let response = client.get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let body = tokio::time::timeout(impatient, response.bytes()).await;
    assert!(body.is_err(), "{body:?}");

    idp.fault(Endpoint::Jwks, Fault::Slow(Duration::from_millis(1)));
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
}

/// `Hold` before the work, `HoldResponse` after it: the state shows which.
#[tokio::test]
async fn a_held_endpoint_waits_for_the_test() {
    let idp = TestIdp::start().await;
    for (fault, is_done) in [(Fault::Hold, false), (Fault::HoldResponse, true)] {
        let token = idp.token().claim("jti", json!(format!("{fault:?}"))).mint();
        idp.fault(Endpoint::Revocation, fault);
        let revoking = tokio::spawn(revoke(&idp, &token));
        until(|| idp.hits(Endpoint::Revocation) > 0).await;
        // The provider has one thread: what it does at once is done when it serves this.
        assert_eq!(is_revoked(&idp, &token).await, is_done);
        assert!(!revoking.is_finished());
        idp.heal();
        assert_eq!(revoking.await.unwrap(), 200);
        assert!(is_revoked(&idp, &token).await);
        idp.reset_hits();
    }
}

fn revoke(idp: &TestIdp, token: &str) -> impl Future<Output = u16> + use<> {
    let url = format!("{}{}", idp.issuer(), Endpoint::Revocation.path());
    let form = [("client_id", idp.client_id()), ("token", token)];
    let request = reqwest::Client::new().post(url).form(&form);
    async move { request.send().await.unwrap().status().as_u16() }
}

async fn is_revoked(idp: &TestIdp, token: &str) -> bool {
    let url = format!("{}{}", idp.issuer(), Endpoint::Userinfo.path());
    let request = reqwest::Client::new().get(url).bearer_auth(token);
    request.send().await.unwrap().status() == 401
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_bomb_is_small_and_encoded_as_gzip() {
    let idp = TestIdp::start().await;
    idp.fault(Endpoint::Jwks, Fault::GzipBomb);
    let response = reqwest::get(format!("{}/jwks", idp.issuer()))
        .await
        .unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(response.bytes().await.unwrap().len() < 128 * 1024);
}

#[tokio::test]
async fn a_stopped_provider_accepts_no_connections_and_returns_with_its_keys() {
    let idp = TestIdp::start().await;
    let token = idp.token().mint();
    idp.stop();
    assert!(
        reqwest::get(idp.discovery_url())
            .await
            .unwrap_err()
            .is_connect()
    );
    idp.restart().unwrap();
    verify(&idp, &token).await.unwrap();
}

#[tokio::test]
async fn the_key_set_states_its_lifetime() {
    let idp = TestIdp::start().await;
    let url = format!("{}/jwks", idp.issuer());
    let response = reqwest::get(&url).await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    idp.jwks_cache_control(None);
    assert!(
        !reqwest::get(&url)
            .await
            .unwrap()
            .headers()
            .contains_key("cache-control")
    );
}

#[tokio::test]
async fn odd_tokens_are_written_as_asked() {
    let idp = TestIdp::start().await;
    let unsigned = idp.token().unsigned().mint();
    assert!(unsigned.ends_with('.'));
    let (_, key) = idp.private_key(Algorithm::Rs256);
    let confused = idp.token().hmac(key.public_key_bytes()).mint();
    assert_eq!(
        decode_header(confused).unwrap().alg,
        jsonwebtoken::Algorithm::HS256
    );
    let odd = idp.token().header("typ", json!(7)).mint();
    assert!(decode_header(odd).is_err());
}

#[test]
fn works_without_a_runtime() {
    let idp = TestIdp::start_blocking();
    idp.advance(Duration::from_secs(3600));
    assert_eq!(idp.token().mint().split('.').count(), 3);
}
