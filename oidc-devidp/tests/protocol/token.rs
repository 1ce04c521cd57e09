//! The token endpoint, and what its tokens are good for.

use std::time::Duration;

use crate::app::{App, CHALLENGE, REDIRECT, VERIFIER, claims, error, query};
use jsonwebtoken::decode_header;
use serde_json::{Value, json};

#[tokio::test]
async fn a_code_becomes_tokens_with_all_claims() {
    let app = App::new().await;
    let response = app.redeem(&app.code(), &[]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let tokens: Value = response.json().await.unwrap();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 300);
    assert_eq!(tokens["scope"], "openid profile email offline_access");

    let access = claims(&tokens["access_token"]);
    assert_eq!(access["iss"], app.idp.issuer());
    assert_eq!(access["aud"], "shop");
    assert_eq!(access["client_id"], "shop");
    assert_eq!(access["scope"], tokens["scope"]);
    assert_eq!(
        access["realm_access"],
        json!({ "roles": ["offline_access", "admin"] })
    );
    let header = decode_header(tokens["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));

    let id = claims(&tokens["id_token"]);
    for (claim, value) in [
        ("iss", json!(app.idp.issuer())),
        ("sub", json!("alice")),
        ("aud", json!("shop")),
        ("azp", json!("shop")),
        ("nonce", json!("a nonce")),
        ("email", json!("alice@example.org")),
        ("given_name", json!("Alice")),
    ] {
        assert_eq!(id[claim], value, "{claim}");
    }
    for claim in ["exp", "iat", "auth_time", "acr", "sid", "at_hash"] {
        assert!(!id[claim].is_null(), "{claim}");
    }
}

type Changes = &'static [(&'static str, &'static str)];

/// Changes to a good request, and the response.
const REDEMPTIONS: &[(Changes, u16, &str)] = &[
    (&[("code_verifier", "")], 400, "invalid_request"),
    (&[("code_verifier", CHALLENGE)], 400, "invalid_grant"),
    (&[("redirect_uri", "")], 400, "invalid_request"),
    (
        &[("redirect_uri", "https://app.example/callback2")],
        400,
        "invalid_grant",
    ),
    (&[("code", "unknown")], 400, "invalid_grant"),
    (
        &[("client_id", "oidc-guard-dev"), ("client_secret", "")],
        400,
        "invalid_grant",
    ),
    (&[("client_secret", "wrong")], 401, "invalid_client"),
    (&[("client_secret", "")], 401, "invalid_client"),
    (&[("client_id", "unknown")], 401, "invalid_client"),
    (&[("client_id", "")], 401, "invalid_client"),
    (&[("grant_type", "")], 400, "invalid_request"),
    (&[("grant_type", "password")], 400, "unsupported_grant_type"),
    (
        &[("grant_type", "client_credentials")],
        400,
        "unsupported_grant_type",
    ),
];

#[tokio::test]
async fn codes_are_bound_to_everything_they_were_made_for() {
    let app = App::new().await;
    let code = app.code();
    for &(changes, expected_status, expected) in REDEMPTIONS {
        let (status, error) = error(app.redeem(&code, changes).await).await;
        assert_eq!(
            (status, error.as_str()),
            (expected_status, expected),
            "{changes:?}"
        );
    }
    assert_eq!(
        app.redeem(&code, &[]).await.status(),
        200,
        "a failed attempt spoils nothing"
    );
}

#[tokio::test]
async fn a_code_expires() {
    let app = App::new().await;
    let code = app.code();
    app.idp.advance(Duration::from_secs(61));
    assert_eq!(
        error(app.redeem(&code, &[]).await).await,
        (400, "invalid_grant".into())
    );
}

#[tokio::test]
async fn a_replayed_code_takes_its_tokens_along() {
    let app = App::new().await;
    let code = app.code();
    let tokens: Value = app.redeem(&code, &[]).await.json().await.unwrap();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(app.userinfo(access).await.status(), 200);

    assert_eq!(
        error(app.redeem(&code, &[]).await).await,
        (400, "invalid_grant".into())
    );
    assert_eq!(app.userinfo(access).await.status(), 401);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(
        error(app.refresh(refresh).await).await,
        (400, "invalid_grant".into())
    );
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let app = App::new().await;
    let url = app.authorization_url(&[("scope", "openid")]);
    let code = query(&app.idp.sign_in(&url, "alice"), "code").unwrap();
    let tokens: Value = app.redeem(&code, &[]).await.json().await.unwrap();
    assert_eq!(tokens.get("refresh_token"), None);
    assert_eq!(claims(&tokens["id_token"]).get("email"), None);
}

/// RFC 6749 §2.3.1: identifier and secret are form-encoded inside the header.
#[tokio::test]
async fn basic_authentication_decodes_its_parts() {
    let app = App::new().await;
    let code = app.code();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let send = |secret: &'static str| {
        let request = app
            .http
            .post(app.url("/token"))
            .basic_auth("shop", Some(secret));
        request.form(&form).send()
    };
    let raw = send("s3cret/+").await.unwrap();
    assert_eq!(raw.status(), 401);
    assert!(
        raw.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(send("s3cret%2F%2B").await.unwrap().status(), 200);
}

#[tokio::test]
async fn malformed_requests_are_rejected() {
    let app = App::new().await;
    let post = |kind: &'static str, body: &'static str| {
        app.http
            .post(app.url("/token"))
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let form = "application/x-www-form-urlencoded";
    for (kind, body) in [
        ("application/json", r#"{"grant_type":"refresh_token"}"#),
        (
            form,
            "grant_type=refresh_token&grant_type=password&client_id=oidc-guard-dev",
        ),
    ] {
        let response = post(kind, body).await.unwrap();
        assert_eq!(
            error(response).await,
            (400, "invalid_request".into()),
            "{body}"
        );
    }
    assert_eq!(app.get(&app.url("/token")).await.status(), 405);

    let twice = app
        .http
        .post(app.url("/token"))
        .basic_auth("shop", Some("s3cret%2F%2B"));
    let twice = twice
        .form(&[("client_secret", "s3cret/+")])
        .send()
        .await
        .unwrap();
    assert_eq!(error(twice).await, (400, "invalid_request".into()));
}

#[tokio::test]
async fn userinfo_wants_a_good_access_token() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let info: Value = app
        .userinfo(tokens["access_token"].as_str().unwrap())
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(info["sub"], "alice");
    assert_eq!(info["email"], "alice@example.org");

    let none = app.get(&app.url("/userinfo")).await;
    assert_eq!(none.status(), 401);
    assert_eq!(
        none.headers()["www-authenticate"],
        r#"Bearer realm="oidc-devidp""#
    );
    let id_token = tokens["id_token"].as_str().unwrap().to_owned();
    for bad in [id_token, "x".into(), app.idp.token().expires_in(-1).mint()] {
        let response = app.userinfo(&bad).await;
        assert_eq!(response.status(), 401);
        let challenge = response.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(challenge.contains("invalid_token"), "{challenge}");
    }
    assert_eq!(
        app.userinfo(&app.idp.token().scope("read").mint())
            .await
            .status(),
        403
    );
    assert_eq!(app.userinfo(&app.idp.token().mint()).await.status(), 200);
}
