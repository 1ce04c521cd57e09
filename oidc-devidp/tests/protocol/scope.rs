//! Scopes of the application's own.

use crate::app::{App, error, query};
use oidc_devidp::{Builder, DevIdp, Preset};
use serde_json::{Value, json};

fn notes() -> Builder {
    DevIdp::builder().scopes(["notes:read", "notes:write"])
}

async fn supported(app: &App) -> Value {
    let metadata = app.get(&app.url("/.well-known/openid-configuration")).await;
    metadata.json::<Value>().await.unwrap()["scopes_supported"].clone()
}

/// The token response for a sign-in with these scopes.
async fn tokens(app: &App, scope: &str) -> Value {
    let url = app.authorization_url(&[("scope", scope)]);
    let code = query(&app.idp.sign_in(&url, "alice"), "code").unwrap();
    app.redeem(&code, &[]).await.json().await.unwrap()
}

#[tokio::test]
async fn without_a_list_any_scope_is_granted() {
    let app = App::new().await;
    let standard = json!(["openid", "profile", "email", "offline_access"]);
    assert_eq!(supported(&app).await, standard);
    assert_eq!(tokens(&app, "a:b c").await["scope"], "a:b c");
}

#[tokio::test]
async fn with_a_list_others_are_left_out() {
    let app = App::of(notes()).await;
    let all = "openid profile email offline_access notes:read notes:write";
    let list: Vec<_> = all.split(' ').collect();
    assert_eq!(supported(&app).await, json!(list));
    assert_eq!(tokens(&app, all).await["scope"], all);
    let granted = tokens(&app, "admin notes:write notes").await;
    assert_eq!(granted["scope"], "notes:write");
}

#[tokio::test]
async fn the_scopes_of_a_client_limit_it_further() {
    let app = App::with(notes(), |shop| shop.scopes(["notes:read", "admin"])).await;
    let granted = tokens(&app, "notes:read notes:write admin").await;
    assert_eq!(granted["scope"], "notes:read");
}

#[tokio::test]
async fn google_has_scopes_of_the_application_but_no_offline_access() {
    let app = App::of(notes().preset(Preset::Google)).await;
    let expected = ["openid", "profile", "email", "notes:read", "notes:write"];
    assert_eq!(supported(&app).await, json!(expected));
}

#[tokio::test]
async fn a_device_gets_scopes_of_the_list_too() {
    let app = App::of(notes()).await;
    let form = [
        ("client_id", "oidc-guard-dev"),
        ("scope", "notes:read admin"),
    ];
    let request = app.http.post(app.url("/device_authorization")).form(&form);
    let started: Value = request.send().await.unwrap().json().await.unwrap();
    let code = started["user_code"].as_str().unwrap();
    app.idp.approve_device(code, "alice");
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", started["device_code"].as_str().unwrap()),
        ("client_id", "oidc-guard-dev"),
    ];
    let tokens: Value = app.token(&form).await.json().await.unwrap();
    assert_eq!(tokens["scope"], "notes:read");
}

#[tokio::test]
async fn a_refresh_may_narrow_them_but_not_widen() {
    let app = App::of(notes()).await;
    let first = tokens(&app, "offline_access notes:read notes:write").await;
    let refresh = async |tokens: &Value, scope: &str| {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
            ("client_id", "shop"),
            ("client_secret", "s3cret/+"),
            ("scope", scope),
        ];
        app.token(&form).await
    };
    let narrow: Value = refresh(&first, "notes:read").await.json().await.unwrap();
    assert_eq!(narrow["scope"], "notes:read");
    let refused = refresh(&narrow, "notes:read admin").await;
    assert_eq!(error(refused).await, (400, "invalid_scope".into()));
    let full: Value = refresh(&narrow, "").await.json().await.unwrap();
    assert_eq!(full["scope"], first["scope"]);
}
