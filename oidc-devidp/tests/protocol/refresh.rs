//! Refreshes.

use std::time::Duration;

use crate::app::{App, claims, error};
use oidc_devidp::{Client, DevIdp, RefreshRotation};
use serde_json::Value;

/// What an application gets whose refresh token no longer counts.
async fn is_refused(app: &App, token: &str) {
    let refused = error(app.refresh(token).await).await;
    assert_eq!(refused, (400, "invalid_grant".into()));
}

async fn refreshed(app: &App, token: &str) -> Value {
    let response = app.refresh(token).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

fn refresh_token(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_ends_the_family() {
    let app = App::new().await;
    let first = app.tokens().await;
    let second = refreshed(&app, refresh_token(&first)).await;
    let third = refreshed(&app, refresh_token(&second)).await;
    assert_ne!(refresh_token(&first), refresh_token(&second));
    assert_ne!(refresh_token(&second), refresh_token(&third));

    is_refused(&app, refresh_token(&first)).await;
    is_refused(&app, refresh_token(&third)).await;
    let access = third["access_token"].as_str().unwrap();
    assert_eq!(app.userinfo(access).await.status(), 401);
}

#[tokio::test]
async fn a_refused_refresh_spends_nothing() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token(&tokens)),
        ("client_id", "shop"),
        ("client_secret", "s3cret/+"),
        ("scope", "openid admin"),
    ];
    let refused = error(app.token(&form).await).await;
    assert_eq!(refused, (400, "invalid_scope".into()));
    refreshed(&app, refresh_token(&tokens)).await;
}

#[tokio::test]
async fn a_refreshed_id_token_is_about_the_same_sign_in() {
    let app = App::new().await;
    let first = app.tokens().await;
    app.idp.advance(Duration::from_secs(100));
    let second = refreshed(&app, refresh_token(&first)).await;
    let (first, second) = (claims(&first["id_token"]), claims(&second["id_token"]));
    for claim in ["iss", "sub", "aud", "azp", "auth_time", "acr", "sid"] {
        assert!(!first[claim].is_null(), "{claim}");
        assert_eq!(first[claim], second[claim], "{claim}");
    }
    assert!(first["iat"].as_u64() < second["iat"].as_u64());
    assert_eq!(second.get("nonce"), None);
}

#[tokio::test]
async fn within_the_grace_a_spent_token_brings_further_ones_of_its_family() {
    let app = App::with(DevIdp::builder(), |shop| shop.refresh_reuse_grace(60)).await;
    let tokens = app.tokens().await;
    let first = refresh_token(&tokens);
    let successor = refreshed(&app, first).await;
    app.idp.advance(Duration::from_secs(30));
    let sibling = refreshed(&app, first).await;
    assert_ne!(refresh_token(&successor), refresh_token(&sibling));
    let last = refreshed(&app, refresh_token(&successor)).await;

    // The grace began with the first use.
    app.idp.advance(Duration::from_secs(31));
    is_refused(&app, first).await;
    is_refused(&app, refresh_token(&sibling)).await;
    is_refused(&app, refresh_token(&last)).await;
}

#[tokio::test]
async fn lenient_rotation_keeps_the_old_token_valid() {
    let lenient = |shop: Client| shop.refresh_rotation(RefreshRotation::Lenient);
    let app = App::with(DevIdp::builder(), lenient).await;
    let tokens = app.tokens().await;
    let first = refresh_token(&tokens);
    let second = refreshed(&app, first).await;
    assert_ne!(refresh_token(&second), first);
    refreshed(&app, first).await;
    refreshed(&app, refresh_token(&second)).await;
}

#[tokio::test]
async fn without_rotation_the_token_stays() {
    let never = |shop: Client| shop.refresh_rotation(RefreshRotation::Never);
    let app = App::with(DevIdp::builder(), never).await;
    let tokens = app.tokens().await;
    for _ in 0..2 {
        let refreshed = refreshed(&app, refresh_token(&tokens)).await;
        assert!(refreshed["access_token"].is_string());
        assert_eq!(refreshed.get("refresh_token"), None);
    }
}

#[tokio::test]
async fn a_refresh_may_narrow_the_scope_but_not_widen_it() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let form = |scope| {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
            ("client_id", "shop"),
            ("client_secret", "s3cret/+"),
            ("scope", scope),
        ]
    };
    let wider = app.token(&form("openid admin")).await;
    assert_eq!(error(wider).await, (400, "invalid_scope".into()));
    let narrower: Value = app.token(&form("email")).await.json().await.unwrap();
    assert_eq!(narrower["scope"], "email");
    assert_eq!(narrower.get("id_token"), None);
}

#[tokio::test]
async fn refresh_tokens_belong_to_their_client_and_expire() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let foreign = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", "oidc-guard-dev"),
    ];
    assert_eq!(
        error(app.token(&foreign).await).await,
        (400, "invalid_grant".into())
    );
    app.idp.advance(Duration::from_secs(86_401));
    assert_eq!(
        error(app.refresh(refresh).await).await,
        (400, "invalid_grant".into())
    );
}
