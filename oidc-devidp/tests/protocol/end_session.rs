//! Logout that the application starts.

use crate::app::{App, location};
use url::Url;

const BYE: &str = "https://app.example/bye";

fn logout_url(app: &App, parameters: &[(&str, &str)]) -> String {
    Url::parse_with_params(&app.url("/end_session"), parameters)
        .unwrap()
        .into()
}

#[tokio::test]
async fn a_hint_signs_out_and_leads_back_with_the_state() {
    let app = App::new().await;
    let cookie = app.browser("alice").await;
    let hint = app.tokens().await["id_token"].as_str().unwrap().to_owned();
    let url = logout_url(
        &app,
        &[
            ("id_token_hint", &hint),
            ("post_logout_redirect_uri", BYE),
            ("state", "a b"),
        ],
    );
    let response = app.get_with_cookie(&url, &cookie).await;
    assert_eq!(response.status(), 303);
    assert_eq!(location(&response), format!("{BYE}?state=a+b"));
    assert!(
        response.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    let silent = app.authorization_url(&[("prompt", "none")]);
    let response = app.get_with_cookie(&silent, &cookie).await;
    assert!(location(&response).contains("login_required"));
}

#[tokio::test]
async fn without_a_hint_a_signed_in_user_has_to_confirm() {
    let app = App::new().await;
    let cookie = app.browser("alice").await;
    let url = logout_url(
        &app,
        &[("client_id", "shop"), ("post_logout_redirect_uri", BYE)],
    );
    let page = app.get_with_cookie(&url, &cookie).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Sign out?"));
    let form = [
        ("client_id", "shop"),
        ("post_logout_redirect_uri", BYE),
        ("leave", "yes"),
    ];
    let decision = app
        .http
        .post(app.url("/end_session/decision"))
        .header("cookie", &cookie);
    assert_eq!(location(&decision.form(&form).send().await.unwrap()), BYE);

    assert_eq!(
        location(&app.get(&url).await),
        BYE,
        "no user is signed in any more"
    );
}

#[tokio::test]
async fn foreign_targets_and_hints_are_rejected() {
    let app = App::new().await;
    let hint = app.tokens().await["id_token"].as_str().unwrap().to_owned();
    let forged = app
        .idp
        .id_token()
        .key(&oidc_devidp::TestKey::rsa(2048))
        .mint();
    for parameters in [
        &[
            ("client_id", "shop"),
            ("post_logout_redirect_uri", "https://app.example/bye/"),
        ][..],
        &[
            ("client_id", "shop"),
            ("post_logout_redirect_uri", "https://evil.example"),
        ],
        &[("client_id", "unknown"), ("post_logout_redirect_uri", BYE)],
        &[("post_logout_redirect_uri", BYE)],
        &[
            ("id_token_hint", &forged),
            ("post_logout_redirect_uri", BYE),
        ],
        &[("id_token_hint", &hint), ("client_id", "oidc-guard-dev")],
    ] {
        let response = app.get(&logout_url(&app, parameters)).await;
        assert_eq!(response.status(), 400, "{parameters:?}");
    }
}

#[tokio::test]
async fn without_a_target_a_page_confirms_the_logout() {
    let app = App::new().await;
    let cookie = app.browser("alice").await;
    let hint = app.tokens().await["id_token"].as_str().unwrap().to_owned();
    let url = logout_url(&app, &[("id_token_hint", &hint)]);
    let page = app.get_with_cookie(&url, &cookie).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("You are signed out"));
}

#[tokio::test]
async fn an_expired_hint_is_still_a_hint() {
    let app = App::new().await;
    let hint = app.tokens().await["id_token"].as_str().unwrap().to_owned();
    app.idp.advance(std::time::Duration::from_secs(3600));
    let url = logout_url(
        &app,
        &[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)],
    );
    assert_eq!(location(&app.get(&url).await), BYE);
}

#[tokio::test]
async fn another_site_cannot_sign_the_user_out() {
    let app = App::new().await;
    let cookie = app.browser("alice").await;
    // `SameSite` keeps the cookie from a form that another site sends.
    let decision = app
        .http
        .post(app.url("/end_session/decision"))
        .form(&[("leave", "yes")]);
    assert!(
        !decision
            .send()
            .await
            .unwrap()
            .headers()
            .contains_key("set-cookie")
    );
    let silent = app.authorization_url(&[("prompt", "none")]);
    let response = app.get_with_cookie(&silent, &cookie).await;
    assert!(location(&response).contains("code="));
}
