//! The npm provider behaves as the other tests rely on.

use jsonwebtoken::{Algorithm, dangerous, decode_header};
use serde_json::{Value, json};

use crate::support::browser;
use crate::support::provider::{NpmProvider, Options, PUBLIC_CLIENT};

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn provider() -> NpmProvider {
    NpmProvider::start(&Options::default()).await
}

fn claims(token: &str) -> Value {
    dangerous::insecure_decode(token).expect("a JWT").claims
}

async fn signs_access_tokens(alg: &'static str, expected: Algorithm) {
    let provider = NpmProvider::start(&Options {
        alg,
        ..Options::default()
    })
    .await;
    let token = provider.access_token("alice", "openid profile read").await;
    let header = decode_header(&token).expect("a JOSE header");
    assert_eq!(header.alg, expected);
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let claims = claims(&token);
    assert_eq!(claims["iss"], provider.issuer());
    assert_eq!(claims["aud"], PUBLIC_CLIENT);
    assert_eq!(claims["sub"], "alice");
    assert_eq!(claims["scope"], "openid profile read");
    assert_eq!(claims["family_name"], "van der Doe");
    assert_eq!(claims["realm_access"]["roles"][1], "offline_access");
}

#[tokio::test]
async fn signs_access_tokens_with_rsa() {
    signs_access_tokens("RS256", Algorithm::RS256).await;
}

#[tokio::test]
async fn signs_access_tokens_with_an_elliptic_curve() {
    signs_access_tokens("ES256", Algorithm::ES256).await;
}

#[tokio::test]
async fn refresh_token_serves_once() {
    let provider = provider().await;
    let tokens = provider.tokens("bob", "openid offline_access").await;
    let form = [
        ("grant_type", "refresh_token"),
        (
            "refresh_token",
            tokens["refresh_token"].as_str().expect("a refresh token"),
        ),
    ];
    let refreshed = provider.post("token", &form).await;
    assert_eq!(
        claims(refreshed["access_token"].as_str().expect("a token"))["sub"],
        "bob"
    );
    assert_eq!(
        provider.post("token", &form).await["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn lean_access_tokens_leave_the_names_to_userinfo() {
    let options = Options {
        lean_access_tokens: true,
        audience: Some("api"),
        ..Options::default()
    };
    let provider = NpmProvider::start(&options).await;
    let token = provider.access_token("alice", "openid profile").await;
    assert_eq!(claims(&token)["given_name"], Value::Null);
    assert_eq!(claims(&token)["aud"], "api");
    let userinfo = reqwest::Client::new().get(format!("{}/me", provider.issuer()));
    let response = userinfo
        .bearer_auth(token)
        .send()
        .await
        .expect("userinfo responds");
    assert_eq!(
        response.json::<Value>().await.expect("JSON")["given_name"],
        "Mary Jane"
    );
}

async fn start_device(provider: &NpmProvider) -> (Value, String) {
    let started = provider
        .post("device/auth", &[("scope", "openid profile")])
        .await;
    let user_code = started["user_code"]
        .as_str()
        .expect("a user code")
        .to_owned();
    (started, user_code)
}

async fn poll_device(provider: &NpmProvider, started: &Value) -> Value {
    let device_code = started["device_code"].as_str().expect("a device code");
    let form = [("grant_type", DEVICE_GRANT), ("device_code", device_code)];
    provider.post("token", &form).await
}

#[tokio::test]
async fn device_is_connected_once_approved() {
    let provider = provider().await;
    let (started, user_code) = start_device(&provider).await;
    assert_eq!(
        poll_device(&provider, &started).await["error"],
        "authorization_pending"
    );
    provider.approve_device(&user_code, "bob").await;
    let tokens = poll_device(&provider, &started).await;
    assert_eq!(
        claims(tokens["access_token"].as_str().expect("a token"))["sub"],
        "bob"
    );
}

#[tokio::test]
async fn device_is_refused_once_denied() {
    let provider = provider().await;
    let (started, user_code) = start_device(&provider).await;
    provider.deny_device(&user_code).await;
    assert_eq!(
        poll_device(&provider, &started).await["error"],
        "access_denied"
    );
}

#[tokio::test]
async fn device_is_connected_in_a_real_browser() {
    let provider = provider().await;
    let (started, _) = start_device(&provider).await;
    let settings = json!({
        "start": started["verification_uri_complete"],
        "user": "alice",
        "screenshot": "device_connected",
    });
    let page = browser::run("sign_in.mjs", &settings).await;
    assert_eq!(page["title"], "Device connected");
    let tokens = poll_device(&provider, &started).await;
    assert_eq!(
        claims(tokens["access_token"].as_str().expect("a token"))["sub"],
        "alice"
    );
}

#[tokio::test]
async fn stopped_provider_refuses_connections() {
    let provider = provider().await;
    let url = provider.discovery_url();
    provider.stop().await;
    let error = reqwest::get(url).await.expect_err("nothing listens");
    assert!(error.is_connect(), "{error:?}");
}
