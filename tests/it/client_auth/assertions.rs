//! Assertions that the application signs, verified with the key that it publishes (RFC 7523 §3).

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use oidc::{ClientAuth, ClientKey, Oidc};
use serde_json::{Value, json};

use super::{CLIENT_ID, KID, Recorder, Request, app, key_path, key_pem, public_keys};
use crate::support::servers::{Server, for_both};

/// A key, what the provider accepts, and what the key then signs with.
type Case = (&'static str, Option<&'static [&'static str]>, Algorithm);

const CASES: [Case; 9] = [
    ("p256", None, Algorithm::ES256),
    ("p256", Some(&["RS256"]), Algorithm::ES256),
    ("ed25519", None, Algorithm::EdDSA),
    ("ed25519", Some(&["PS256", "EdDSA"]), Algorithm::EdDSA),
    ("rsa_2048", None, Algorithm::PS256),
    ("rsa_2048", Some(&["RS256", "PS256"]), Algorithm::PS256),
    ("rsa_2048", Some(&["RS256"]), Algorithm::RS256),
    (
        "rsa_2048",
        Some(&["RS256", "HS256", "ES256"]),
        Algorithm::RS256,
    ),
    ("rsa_2048", Some(&["ES256"]), Algorithm::RS256),
];

fn with_key(recorder: &Recorder, key: ClientKey) -> Oidc {
    let builder = recorder.builder().client_auth(ClientAuth::key(key));
    builder.build().expect("the configuration is sound")
}

/// Verified with a key of the application's key set.
#[track_caller]
fn verified(assertion: &str, algorithm: Algorithm, keys: &Value) -> (Header, Value) {
    let header = decode_header(assertion).expect("a JWT");
    assert_eq!(header.alg, algorithm);
    let key: Jwk = serde_json::from_value(keys["keys"][0].clone()).expect("a JWK");
    let key = DecodingKey::from_jwk(&key).expect("a public key");
    let mut validation = Validation::new(algorithm);
    // The clock of the test decides about the times.
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims = decode(assertion, &key, &validation).expect("a valid signature");
    (header, claims.claims)
}

#[track_caller]
fn assert_claims(claims: &Value, audience: &str) {
    for name in ["iss", "sub"] {
        assert_eq!(claims[name], CLIENT_ID, "{claims}");
    }
    assert_eq!(claims["aud"], audience, "{claims}");
    let seconds = |name: &str| claims[name].as_i64().expect("a number");
    assert_eq!(seconds("exp") - seconds("iat"), 60, "{claims}");
    let id = claims["jti"].as_str().expect("text");
    // 128 bits in base64url.
    assert!(id.len() >= 22, "{claims}");
    let names: BTreeSet<_> = claims.as_object().expect("an object").keys().collect();
    let expected = ["aud", "exp", "iat", "iss", "jti", "sub"];
    assert!(names.into_iter().eq(expected), "{claims}");
}

#[tokio::test]
async fn of_every_kind_of_key() {
    for (name, accepted, algorithm) in CASES {
        let member = "token_endpoint_auth_signing_alg_values_supported";
        let metadata = accepted.map_or(json!({}), |names| json!({ member: names }));
        let recorder = Recorder::start(metadata).await;
        let oidc = || with_key(&recorder, ClientKey::pem(key_pem(name)).id(KID));
        for_both(app(), oidc, async |server| {
            let keys = public_keys(server).await;
            assert_is_public(&keys);
            for request in Request::ALL {
                assert_eq!(request.send(server).await.status, 200);
                let sent = recorder.take_one();
                let (header, claims) = verified(sent.assertion(), algorithm, &keys);
                assert_eq!(header.kid.as_deref(), Some(KID));
                assert_eq!(header.typ.as_deref(), Some("JWT"));
                assert_claims(&claims, recorder.bench.idp.issuer());
            }
        })
        .await;
    }
}

/// A key set with one public key to verify with.
#[track_caller]
fn assert_is_public(keys: &Value) {
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1), "{keys}");
    let key = &keys["keys"][0];
    assert_eq!((&key["use"], &key["kid"]), (&json!("sig"), &json!(KID)));
    for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert_eq!(key[private], Value::Null, "{keys}");
    }
    let expected = match key["kty"].as_str() {
        Some("EC") => json!("ES256"),
        Some("OKP") => json!("EdDSA"),
        // Either of two, as the provider's metadata says.
        _ => Value::Null,
    };
    assert_eq!(key["alg"], expected, "{keys}");
}

/// A key without an id leaves `kid` out everywhere.
#[tokio::test]
async fn without_an_id() {
    let recorder = Recorder::start(json!({})).await;
    let oidc = || with_key(&recorder, ClientKey::file(key_path("p256")));
    for_both(app(), oidc, async |server| {
        let keys = public_keys(server).await;
        assert_eq!(keys["keys"][0].get("kid"), None, "{keys}");
        Request::Refresh.send(server).await;
        let sent = recorder.take_one();
        let (header, _) = verified(sent.assertion(), Algorithm::ES256, &keys);
        assert_eq!(header.kid, None);
    })
    .await;
}

/// Each request has an assertion of its own, issued now.
#[tokio::test]
async fn are_used_once() {
    let recorder = Recorder::start(json!({})).await;
    let oidc = || with_key(&recorder, ClientKey::pem(key_pem("ed25519")));
    for_both(app(), oidc, async |server| {
        let keys = public_keys(server).await;
        let mut ids = HashSet::new();
        let mut issued = Vec::new();
        for _ in 0..8 {
            Request::Refresh.send(server).await;
            let sent = recorder.take_one();
            let (_, claims) = verified(sent.assertion(), Algorithm::EdDSA, &keys);
            ids.insert(claims["jti"].to_string());
            issued.push(claims["iat"].as_i64().expect("a number"));
            recorder.bench.advance(Duration::from_secs(7));
        }
        assert_eq!(ids.len(), 8, "{ids:?}");
        let pauses: Vec<_> = issued.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(pauses, [7; 7]);
    })
    .await;
}

#[tokio::test]
async fn for_another_audience() {
    let audience = "https://login.example/oauth2/v1/token";
    let recorder = Recorder::start(json!({})).await;
    let oidc = || {
        let builder = recorder.builder().assertion_audience(audience);
        let key = ClientKey::pem(key_pem("p256"));
        let builder = builder.client_auth(ClientAuth::key(key));
        builder.build().expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        let keys = public_keys(server).await;
        Request::Device.send(server).await;
        let sent = recorder.take_one();
        let (_, claims) = verified(sent.assertion(), Algorithm::ES256, &keys);
        assert_claims(&claims, audience);
    })
    .await;
}

/// Without a key there is nothing to publish.
#[tokio::test]
async fn without_a_key() {
    let recorder = Recorder::start(json!({})).await;
    for variables in [
        &[][..],
        &[("OIDC_CLIENT_SECRET", "secret")],
        &[("OIDC_CLIENT_ASSERTION_FILE", "/nowhere")],
    ] {
        let oidc = || recorder.of_variables(variables);
        for_both(app(), oidc, async |server: &Server| {
            assert_eq!(public_keys(server).await, json!({ "keys": [] }));
        })
        .await;
    }
}
