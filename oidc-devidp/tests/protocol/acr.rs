//! How strongly a sign-in proves who the user is, and how recently.

use std::time::Duration;

use crate::app::{App, claims, cookie, location, query};
use oidc_devidp::{DevIdp, User};
use serde_json::{Value, json};

/// Sign-ins reach `silver` and `gold`, those of bob only `silver`.
async fn graded() -> App {
    let builder = DevIdp::builder()
        .configure(|config| config.acr_values = vec!["silver".to_owned(), "gold".to_owned()])
        .user(User::new("bob").acr_values(["silver"]));
    App::of(builder).await
}

async fn redeemed(app: &App, location: &str) -> Value {
    let response = app.redeem(&query(location, "code").unwrap(), &[]).await;
    response.json().await.unwrap()
}

#[tokio::test]
async fn the_first_value_within_reach_is_reached() {
    let (any, graded) = (App::new().await, graded().await);
    for (app, user, requested, reached) in [
        (&any, "alice", "", "1"),
        (&any, "alice", "urn:a urn:b", "urn:a"),
        (&graded, "alice", "", "silver"),
        (&graded, "alice", "gold silver", "gold"),
        (&graded, "alice", "platinum gold", "gold"),
        (&graded, "alice", "platinum", "silver"),
        (&graded, "bob", "gold silver", "silver"),
        (&graded, "bob", "gold", "silver"),
    ] {
        let url = app.authorization_url(&[("acr_values", requested)]);
        let tokens = redeemed(app, &app.idp.sign_in(&url, user)).await;
        for token in ["id_token", "access_token"] {
            assert_eq!(claims(&tokens[token])["acr"], reached, "{user} {requested}");
        }
    }
}

#[tokio::test]
async fn the_metadata_lists_the_values() {
    for (app, listed) in [
        (App::new().await, Value::Null),
        (graded().await, json!(["silver", "gold"])),
    ] {
        let metadata = app.get(&app.idp.discovery_url()).await;
        let metadata: Value = metadata.json().await.unwrap();
        assert_eq!(metadata["acr_values_supported"], listed);
    }
}

#[tokio::test]
async fn a_weaker_session_leads_to_a_new_sign_in() {
    let app = graded().await;
    let cookie = app.browser("alice").await;
    let gold = app.authorization_url(&[("acr_values", "gold")]);
    let silent = app.authorization_url(&[("acr_values", "gold"), ("prompt", "none")]);
    let refused = location(&app.get_with_cookie(&silent, &cookie).await);
    assert_eq!(query(&refused, "error").as_deref(), Some("login_required"));

    let page = app.get_with_cookie(&gold, &cookie).await;
    assert_eq!(page.status(), 200);
    let response = app.press(page, ("user", "alice"), &cookie).await;
    let tokens = redeemed(&app, &location(&response)).await;
    assert_eq!(claims(&tokens["id_token"])["acr"], "gold");

    // Also for who asks for less, or for nothing.
    for url in [
        silent,
        app.authorization_url(&[("acr_values", "silver gold")]),
        app.authorization_url(&[]),
    ] {
        let response = app.get_with_cookie(&url, &cookie).await;
        let tokens = redeemed(&app, &location(&response)).await;
        assert_eq!(claims(&tokens["id_token"])["acr"], "gold", "{url}");
    }
    let silver = app.authorization_url(&[("acr_values", "silver")]);
    assert_eq!(app.get_with_cookie(&silver, &cookie).await.status(), 200);
}

#[tokio::test]
async fn nobody_is_asked_for_what_they_cannot_reach() {
    let app = graded().await;
    let cookie = app.browser("bob").await;
    let gold = app.authorization_url(&[("acr_values", "gold")]);
    let response = app.get_with_cookie(&gold, &cookie).await;
    let tokens = redeemed(&app, &location(&response)).await;
    assert_eq!(claims(&tokens["id_token"])["acr"], "silver");
}

#[tokio::test]
async fn an_old_sign_in_is_repeated() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[])).await;
    let first = app.press(page, ("user", "alice"), "").await;
    let cookie = cookie(first.headers());
    let first = claims(&redeemed(&app, &location(&first)).await["id_token"]);
    app.idp.advance(Duration::from_secs(100));

    for change in [("max_age", "60"), ("max_age", "0"), ("prompt", "login")] {
        let silent = [change, ("prompt", "none")];
        if change.0 != "prompt" {
            let refused = app.authorization_url(&silent);
            let refused = location(&app.get_with_cookie(&refused, &cookie).await);
            assert_eq!(query(&refused, "error").as_deref(), Some("login_required"));
        }
        let url = app.authorization_url(&[change]);
        let page = app.get_with_cookie(&url, &cookie).await;
        assert_eq!(page.status(), 200, "{change:?}");
        let response = app.press(page, ("user", "alice"), &cookie).await;
        let again = claims(&redeemed(&app, &location(&response)).await["id_token"]);
        let time = |claims: &Value| claims["auth_time"].as_u64().unwrap();
        assert!(time(&first) + 100 <= time(&again), "{change:?}");
        app.idp.advance(Duration::from_secs(100));
    }
    let recent = app.authorization_url(&[("max_age", "3600")]);
    assert_eq!(app.get_with_cookie(&recent, &cookie).await.status(), 303);
}

#[tokio::test]
async fn the_hinted_user_has_the_focus() {
    let app = App::new().await;
    for (hint, focused) in [
        ("", "alice"),
        ("bob", "bob"),
        ("carol@example.org", "carol"),
        ("nobody", "alice"),
    ] {
        let url = app.authorization_url(&[("login_hint", hint)]);
        let html = app.get(&url).await.text().await.unwrap();
        assert_eq!(html.matches("autofocus").count(), 1);
        let button = format!("value=\"{focused}\" autofocus");
        assert!(html.contains(&button), "{hint}: {html}");
    }
}
