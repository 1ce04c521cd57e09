//! The browser's session with the provider.

use std::time::Duration;

use crate::app::{App, claims, cookie, error, location, query};
use oidc_devidp::{Client, DevIdp, RefreshTokens};
use reqwest::Response;
use serde_json::Value;

const ONLINE: &str = "openid profile";

/// The tokens for the code of a redirect.
async fn redeemed(app: &App, location: &str) -> Value {
    let response = app.redeem(&query(location, "code").unwrap(), &[]).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

async fn id_token(app: &App, response: &Response) -> Value {
    claims(&redeemed(app, &location(response)).await["id_token"])
}

async fn always() -> App {
    let always = |shop: Client| shop.refresh_tokens(RefreshTokens::Always);
    App::with(DevIdp::builder(), always).await
}

async fn sign_out(app: &App, tokens: &Value) {
    let hint = tokens["id_token"].as_str().unwrap();
    let url = app.url(&format!("/end_session?id_token_hint={hint}"));
    assert_eq!(app.get(&url).await.status(), 200);
}

#[tokio::test]
async fn all_sign_ins_of_a_session_share_its_sid() {
    let app = App::new().await;
    let url = app.authorization_url(&[]);
    let page = app.get(&url).await;
    let first = app.press(page, ("user", "alice"), "").await;
    let cookie = cookie(first.headers());
    let first = id_token(&app, &first).await;
    let again = id_token(&app, &app.get_with_cookie(&url, &cookie).await).await;
    assert_eq!(first["sid"], again["sid"]);

    app.idp.advance(Duration::from_secs(100));
    let login = app.authorization_url(&[("prompt", "login")]);
    let page = app.get_with_cookie(&login, &cookie).await;
    let anew = app.press(page, ("user", "alice"), &cookie).await;
    assert!(!anew.headers().contains_key("set-cookie"));
    let anew = id_token(&app, &anew).await;
    assert_eq!(first["sid"], anew["sid"]);
    assert!(first["auth_time"].as_u64().unwrap() + 100 <= anew["auth_time"].as_u64().unwrap());

    let page = app.get_with_cookie(&login, &cookie).await;
    let other = app.press(page, ("user", "bob"), &cookie).await;
    assert!(other.headers().contains_key("set-cookie"));
    assert_ne!(first["sid"], id_token(&app, &other).await["sid"]);

    let elsewhere = claims(&app.tokens().await["id_token"]);
    assert_ne!(first["sid"], elsewhere["sid"], "another browser");
}

#[tokio::test]
async fn the_test_kit_signs_in_again_within_a_session() {
    let app = App::new().await;
    let first = claims(&app.tokens().await["id_token"]);
    let sid = first["sid"].as_str().unwrap();
    app.idp.advance(Duration::from_secs(100));
    for (change, is_anew) in [
        (("prompt", "none"), false),
        (("max_age", "3600"), false),
        (("max_age", "50"), true),
        (("prompt", "login"), true),
    ] {
        let url = app.authorization_url(&[change]);
        let tokens = redeemed(&app, &app.idp.sign_in_again(&url, sid)).await;
        let again = claims(&tokens["id_token"]);
        assert_eq!(again["sid"], first["sid"]);
        let is_later = again["auth_time"].as_u64() > first["auth_time"].as_u64();
        assert_eq!(is_later, is_anew, "{change:?}");
    }
    app.idp.advance(Duration::from_secs(100));
    let stale = app.authorization_url(&[("prompt", "none"), ("max_age", "50")]);
    let refused = app.idp.sign_in_again(&stale, sid);
    assert_eq!(query(&refused, "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn a_hint_alone_ends_the_session_it_came_of() {
    let app = App::new().await;
    let cookie = app.browser("alice").await;
    let silent = app.authorization_url(&[("prompt", "none")]);
    let response = app.get_with_cookie(&silent, &cookie).await;
    let tokens = redeemed(&app, &location(&response)).await;
    sign_out(&app, &tokens).await;
    let response = app.get_with_cookie(&silent, &cookie).await;
    assert!(location(&response).contains("login_required"));
}

#[tokio::test]
async fn a_code_dies_with_the_session() {
    let app = App::new().await;
    let cookie = app.browser("alice").await;
    let url = app.authorization_url(&[("prompt", "none")]);
    let tokens = redeemed(&app, &location(&app.get_with_cookie(&url, &cookie).await)).await;
    let late = location(&app.get_with_cookie(&url, &cookie).await);
    sign_out(&app, &tokens).await;
    let response = app.redeem(&query(&late, "code").unwrap(), &[]).await;
    assert_eq!(error(response).await, (400, "invalid_grant".into()));
}

#[tokio::test]
async fn nobody_consents_after_a_logout() {
    let app = App::new().await;
    let cookie = app.browser("alice").await;
    let silent = app.authorization_url(&[("prompt", "none")]);
    let response = app.get_with_cookie(&silent, &cookie).await;
    let tokens = redeemed(&app, &location(&response)).await;
    let consent = app.authorization_url(&[("prompt", "consent")]);
    let page = app.get_with_cookie(&consent, &cookie).await;
    sign_out(&app, &tokens).await;
    let response = app.press(page, ("allow", "yes"), &cookie).await;
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_refresh_token_without_offline_access_ends_with_its_session() {
    for (scope, status) in [(ONLINE, 400), ("openid offline_access", 200)] {
        let app = always().await;
        let url = app.authorization_url(&[("scope", scope)]);
        let tokens = redeemed(&app, &app.idp.sign_in(&url, "alice")).await;
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let refreshed: Value = app.refresh(refresh).await.json().await.unwrap();
        let refresh = refreshed["refresh_token"].as_str().unwrap();
        sign_out(&app, &tokens).await;
        let (after, _) = error(app.refresh(refresh).await).await;
        assert_eq!(after, status, "{scope}");
    }
}

#[tokio::test]
async fn a_refresh_token_without_offline_access_expires_with_its_session() {
    let app = always().await;
    let url = app.authorization_url(&[("scope", ONLINE)]);
    let tokens = redeemed(&app, &app.idp.sign_in(&url, "alice")).await;
    let other = redeemed(&app, &app.idp.sign_in(&url, "alice")).await;
    let sid = claims(&tokens["id_token"])["sid"]
        .as_str()
        .unwrap()
        .to_owned();

    app.idp.advance(Duration::from_secs(20_000));
    let login = app.authorization_url(&[("prompt", "login")]);
    let _ = app.idp.sign_in_again(&login, &sid);
    app.idp.advance(Duration::from_secs(20_000));
    for (tokens, status) in [(tokens, 200), (other, 400)] {
        let refresh = tokens["refresh_token"].as_str().unwrap();
        assert_eq!(app.refresh(refresh).await.status(), status);
    }
}

#[tokio::test]
async fn access_type_offline_brings_a_refresh_token_once() {
    let google = |shop: Client| shop.refresh_tokens(RefreshTokens::AccessType);
    let app = App::with(DevIdp::builder(), google).await;
    let sign_in = async |username, changes: &[(&str, &str)]| {
        let url = app.authorization_url(changes);
        redeemed(&app, &app.idp.sign_in(&url, username)).await
    };
    let offline = ("access_type", "offline");
    for (username, changes, expected) in [
        ("alice", &[][..], false),
        ("alice", &[("access_type", "online")], false),
        ("alice", &[offline], true),
        ("alice", &[offline], false),
        ("alice", &[offline, ("prompt", "consent")], true),
        ("bob", &[offline], true),
    ] {
        let tokens = sign_in(username, changes).await;
        assert_eq!(tokens["refresh_token"].is_string(), expected, "{changes:?}");
    }
}
