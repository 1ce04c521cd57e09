//! Service accounts: programs under their own name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oidc_client::{Error, ServiceAccount, ServiceAccountBuilder};
use oidc_devidp::TestKey;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::applications::TestClock;

/// A provider with the client credentials grant; the embedded one signs in people only.
#[derive(Clone, Default)]
struct Provider {
    requests: Arc<AtomicUsize>,
    issuer: Arc<str>,
}

type Fields = Vec<(String, String)>;

async fn provider() -> Provider {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let provider = Provider {
        issuer: format!("http://{address}").into(),
        ..Provider::default()
    };
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(document))
        .route("/token", post(token))
        .route("/keys", get(keys))
        .with_state(provider.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    provider
}

async fn document(State(provider): State<Provider>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": &**issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    }))
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [TestKey::ec_p256().jwk("k")] }))
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let number = provider.requests.fetch_add(1, Ordering::Relaxed);
    let field = |name: &str| {
        fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, text)| &**text)
    };
    let basic = format!("Basic {}", STANDARD.encode("nightly:s3cret"));
    let by_basic = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| *value == *basic);
    let by_form = field("client_id") == Some("nightly") && field("client_secret") == Some("s3cret");
    let assertion = field("client_assertion").and_then(|jwt| jwt.split('.').nth(1));
    let by_key = assertion.is_some_and(|claims| {
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
        let claims: Value = serde_json::from_slice(&claims).expect("JSON");
        claims["iss"] == "nightly" && claims["sub"] == "nightly"
    });
    let is_known = [by_basic, by_form, by_key]
        .into_iter()
        .filter(|by| *by)
        .count()
        == 1;
    if field("grant_type") != Some("client_credentials") || !is_known {
        let error = Json(json!({ "error": "invalid_client" }));
        return (StatusCode::UNAUTHORIZED, error).into_response();
    }
    let body = json!({
        "access_token": format!("token-{number}"),
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": field("scope"),
    });
    Json(body).into_response()
}

fn account(provider: &Provider, clock: &TestClock) -> ServiceAccountBuilder {
    ServiceAccount::builder(&*provider.issuer, "nightly")
        .scopes("orders:read")
        .clock(clock.clone())
}

#[tokio::test]
async fn authenticate_with_a_secret_or_a_key() {
    let provider = provider().await;
    let clock = TestClock::default();
    let key = include_str!("../fixtures/client_keys/p256.pem");
    let account = || account(&provider, &clock);
    for (case, account) in [
        ("basic", account().secret("s3cret")),
        ("form", account().secret("s3cret").secret_in_form()),
        ("key", account().key(key, Some("k"))),
    ] {
        let account = account
            .build()
            .unwrap_or_else(|error| panic!("{case}: {error}"));
        let token = account
            .token()
            .await
            .unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(token.scope(), Some("orders:read"), "{case}");
        assert!(!format!("{account:?}").contains("s3cret"), "{case}");
    }
    let wrong = account().secret("wrong").build().expect("sound");
    let error = wrong.token().await.expect_err("it is not known");
    assert!(matches!(&error, Error::Refused(refusal) if refusal.code() == Some("invalid_client")));
    assert!(!format!("{error} {error:?}").contains("wrong"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn get_a_token_once_for_all_and_in_time() {
    let provider = provider().await;
    let clock = TestClock::default();
    let account = account(&provider, &clock)
        .secret("s3cret")
        .build()
        .expect("sound");
    for round in 1..=3 {
        let mut callers = JoinSet::new();
        for _ in 0..20 {
            let account = account.clone();
            callers.spawn(async move { account.token().await.expect("a token") });
        }
        let tokens = callers.join_all().await;
        let first = tokens[0].access_token();
        assert!(tokens.iter().all(|token| token.access_token() == first));
        assert_eq!(provider.requests.load(Ordering::Relaxed), round);
        clock.shift(280);
    }
}

#[tokio::test]
async fn settings_are_checked() {
    let account = || ServiceAccount::builder("https://login.example", "nightly");
    let cases = [
        ("no credentials", account()),
        ("an empty secret", account().secret("")),
        ("no key", account().key("not a key", None)),
        ("scopes", account().secret("s").scopes("a\u{e9}")),
        (
            "plain HTTP",
            ServiceAccount::builder("http://login.example", "nightly").secret("s"),
        ),
    ];
    for (case, account) in cases {
        let refused = account.build();
        assert!(
            matches!(refused, Err(Error::Settings(_))),
            "{case}: {refused:?}"
        );
    }
}
