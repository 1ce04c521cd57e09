//! The device flow (RFC 8628).

use std::time::Duration;

use crate::app::{App, error};
use reqwest::Response;
use serde_json::Value;

async fn start(app: &App) -> Value {
    let form = [
        ("client_id", "oidc-guard-dev"),
        ("scope", "openid offline_access"),
    ];
    let url = app.url("/device_authorization");
    let response = app.http.post(url).form(&form).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.json().await.unwrap()
}

async fn poll(app: &App, started: &Value) -> Response {
    app.token(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", started["device_code"].as_str().unwrap()),
        ("client_id", "oidc-guard-dev"),
    ])
    .await
}

#[tokio::test]
async fn the_response_has_every_member() {
    let app = App::new().await;
    let started = start(&app).await;
    let page = app.url("/device");
    assert_eq!(started["verification_uri"], page.as_str());
    assert_eq!(started["expires_in"], 600);
    assert_eq!(started["interval"], 5);
    let complete = format!(
        "{page}?user_code={}",
        started["user_code"].as_str().unwrap()
    );
    assert_eq!(started["verification_uri_complete"], complete);
    let form = [("client_id", "unknown")];
    let response = app
        .http
        .post(app.url("/device_authorization"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(error(response).await, (401, "invalid_client".into()));
}

#[tokio::test]
async fn polling_reports_what_the_user_did() {
    let app = App::new().await;
    let started = start(&app).await;
    assert_eq!(
        error(poll(&app, &started).await).await.1,
        "authorization_pending"
    );
    assert_eq!(error(poll(&app, &started).await).await.1, "slow_down");
    app.idp.advance(Duration::from_secs(6));
    assert_eq!(
        error(poll(&app, &started).await).await.1,
        "slow_down",
        "the interval has grown"
    );

    app.idp.approve_device(
        &started["user_code"].as_str().unwrap().to_lowercase(),
        "bob",
    );
    app.idp.advance(Duration::from_secs(30));
    let tokens: Value = poll(&app, &started).await.json().await.unwrap();
    assert_eq!(crate::app::claims(&tokens["id_token"])["sub"], "bob");
    assert!(tokens["refresh_token"].is_string());
    app.idp.advance(Duration::from_secs(30));
    assert_eq!(
        error(poll(&app, &started).await).await.1,
        "invalid_grant",
        "a code works once"
    );
}

#[tokio::test]
async fn denied_expired_and_foreign_codes_get_nothing() {
    let app = App::new().await;
    let denied = start(&app).await;
    app.idp.deny_device(denied["user_code"].as_str().unwrap());
    assert_eq!(
        error(poll(&app, &denied).await).await,
        (400, "access_denied".into())
    );

    let foreign = start(&app).await;
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", foreign["device_code"].as_str().unwrap()),
        ("client_id", "shop"),
        ("client_secret", "s3cret/+"),
    ];
    assert_eq!(error(app.token(&form).await).await.1, "invalid_grant");

    app.idp.advance(Duration::from_secs(601));
    assert_eq!(
        error(poll(&app, &foreign).await).await,
        (400, "expired_token".into())
    );
}

#[tokio::test]
async fn the_page_approves_only_from_its_own_form() {
    let app = App::new().await;
    let started = start(&app).await;
    let user_code = started["user_code"].as_str().unwrap();
    let form_page = app.get(&app.url("/device")).await.text().await.unwrap();
    assert!(form_page.contains("name=\"user_code\""));
    assert_eq!(
        app.get(&app.url("/device?user_code=XXXX")).await.status(),
        400
    );

    let post = |secret: String| {
        let form = [
            ("user_code", user_code.to_owned()),
            ("secret", secret),
            ("user", "alice".into()),
        ];
        app.http.post(app.url("/device")).form(&form).send()
    };
    assert_eq!(post("guess".into()).await.unwrap().status(), 400);
    assert_eq!(
        error(poll(&app, &started).await).await.1,
        "authorization_pending"
    );

    let complete = started["verification_uri_complete"].as_str().unwrap();
    let html = app.get(complete).await.text().await.unwrap();
    let rest = html.split_once("name=\"secret\" value=\"").unwrap().1;
    let secret = rest.split('"').next().unwrap();
    assert_eq!(post(secret.into()).await.unwrap().status(), 200);
    app.idp.advance(Duration::from_secs(6));
    assert_eq!(poll(&app, &started).await.status(), 200);
}
