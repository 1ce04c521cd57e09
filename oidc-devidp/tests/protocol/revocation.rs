//! The revocation endpoint.

use crate::app::{App, error, text};
use crate::introspection::active;
use oidc_devidp::{AccessTokens, DevIdp, Endpoint, Fault};
use reqwest::Response;
use serde_json::Value;

/// Sends a good request with parameters changed; an empty value removes one.
async fn revoke(app: &App, token: &str, changes: &[(&str, &str)]) -> Response {
    app.send_as_shop("/revoke", &[("token", token)], changes)
        .await
}

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_family_along() {
    let app = App::new().await;
    for revoked in 0..2 {
        let first = app.tokens().await;
        let spent = text(&first, "refresh_token");
        let second: Value = app.refresh(spent).await.json().await.unwrap();
        let token = text([&first, &second][revoked], "refresh_token");

        let response = revoke(&app, token, &[]).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.text().await.unwrap(), "");
        let refused = error(app.refresh(text(&second, "refresh_token")).await).await;
        assert_eq!(refused, (400, "invalid_grant".into()));
        for tokens in [&first, &second] {
            let access = text(tokens, "access_token");
            assert_eq!(app.userinfo(access).await.status(), 401);
        }
        assert_eq!(revoke(&app, token, &[]).await.status(), 200, "again");
    }
}

#[tokio::test]
async fn a_revoked_access_token_goes_alone() {
    for form in [AccessTokens::Jwt, AccessTokens::Opaque] {
        let app = App::of(DevIdp::builder().access_tokens(form)).await;
        let (tokens, others) = (app.tokens().await, app.tokens().await);
        let access = text(&tokens, "access_token");
        assert!(active(&app, access).await);
        assert_eq!(revoke(&app, access, &[]).await.status(), 200);
        assert_eq!(app.userinfo(access).await.status(), 401);
        assert!(!active(&app, access).await);
        assert!(active(&app, text(&others, "access_token")).await);
        let refreshed = app.refresh(text(&tokens, "refresh_token")).await;
        assert_eq!(refreshed.status(), 200);
    }
}

#[tokio::test]
async fn minted_tokens_are_revoked_with_and_without_jti() {
    let app = App::new().await;
    let minted = || app.idp.token().claim("client_id", "shop".into());
    for token in [
        minted().mint(),
        minted().opaque().mint(),
        minted().without("jti").opaque().mint(),
    ] {
        assert!(active(&app, &token).await);
        assert_eq!(revoke(&app, &token, &[]).await.status(), 200);
        assert!(!active(&app, &token).await, "{token}");
    }
}

#[tokio::test]
async fn hints_may_be_wrong() {
    let app = App::new().await;
    for hint in ["refresh_token", "access_token", "saml_assertion"] {
        let tokens = app.tokens().await;
        let refresh = text(&tokens, "refresh_token");
        let response = revoke(&app, refresh, &[("token_type_hint", hint)]).await;
        assert_eq!(response.status(), 200, "{hint}");
        assert_eq!(app.refresh(refresh).await.status(), 400, "{hint}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_revoked_already() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let expired = app.idp.token().audience("shop").expires_in(-1).mint();
    for token in ["unknown", text(&tokens, "id_token"), &expired] {
        assert_eq!(revoke(&app, token, &[]).await.status(), 200, "{token}");
    }
    let refreshed = app.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(refreshed.status(), 200);
}

type Changes = &'static [(&'static str, &'static str)];

/// Changes to a good request, and the response.
const REFUSED: &[(Changes, u16, &str)] = &[
    (&[("token", "")], 400, "invalid_request"),
    (&[("client_secret", "wrong")], 401, "invalid_client"),
    (&[("client_secret", "")], 401, "invalid_client"),
    (&[("client_id", "unknown")], 401, "invalid_client"),
    (&[("client_id", "")], 401, "invalid_client"),
    (
        &[("client_id", "oidc-guard-dev"), ("client_secret", "")],
        400,
        "invalid_grant",
    ),
];

#[tokio::test]
async fn refused_requests_revoke_nothing() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    for member in ["refresh_token", "access_token"] {
        for &(changes, status, code) in REFUSED {
            let response = revoke(&app, text(&tokens, member), changes).await;
            let refused = error(response).await;
            assert_eq!(refused, (status, code.into()), "{member} {changes:?}");
        }
    }
    let access = text(&tokens, "access_token");
    assert_eq!(app.userinfo(access).await.status(), 200);
    let refreshed = app.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(refreshed.status(), 200);

    let url = app.url("/revoke");
    assert_eq!(app.get(&format!("{url}?token=a")).await.status(), 405);
    let json = app.http.post(&url).json(&["a"]).send().await.unwrap();
    assert_eq!(error(json).await, (400, "invalid_request".into()));
}

#[tokio::test]
async fn clients_may_authenticate_by_header() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let refresh = text(&tokens, "refresh_token");
    let revoke = |secret: &'static str| {
        let request = app
            .http
            .post(app.url("/revoke"))
            .form(&[("token", refresh)]);
        request.basic_auth("shop", Some(secret)).send()
    };
    let refused = revoke("wrong").await.unwrap();
    assert!(refused.headers().contains_key("www-authenticate"));
    assert_eq!(refused.status(), 401);
    assert_eq!(revoke("s3cret%2F%2B").await.unwrap().status(), 200);
    assert_eq!(app.refresh(refresh).await.status(), 400);
}

#[tokio::test]
async fn the_endpoint_fails_and_counts_like_the_others() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let refresh = text(&tokens, "refresh_token");
    app.idp.fault(Endpoint::Revocation, Fault::Status(503));
    assert_eq!(revoke(&app, refresh, &[]).await.status(), 503);
    app.idp.heal();
    assert_eq!(app.refresh(refresh).await.status(), 200);
    assert_eq!(app.idp.hits(Endpoint::Revocation), 1);
}
