//! Providers to behave like.

use crate::app::{App, REDIRECT, VERIFIER, claims, error, query};
use jsonwebtoken::decode_header;
use oidc_devidp::{Client, DevIdp, Endpoint, Preset, RefreshRotation, RefreshTokens, User};
use serde_json::{Value, json};

const API: &str = "https://api.example";
const ONLINE: (&str, &str) = ("scope", "openid profile email");

async fn like(preset: Preset) -> App {
    App::of(DevIdp::builder().preset(preset)).await
}

async fn with_api(preset: Preset) -> App {
    App::with(DevIdp::builder().preset(preset), |shop| shop.audience(API)).await
}

/// Signs alice in with a request that differs from a good one.
async fn tokens(app: &App, changes: &[(&str, &str)]) -> Value {
    let callback = app.idp.sign_in(&app.authorization_url(changes), "alice");
    let code = query(&callback, "code").unwrap();
    app.redeem(&code, &[]).await.json().await.unwrap()
}

async fn metadata(app: &App) -> Value {
    let response = app.get(&app.idp.discovery_url()).await;
    response.json().await.unwrap()
}

async fn refreshed(app: &App, tokens: &Value) -> Value {
    let response = app.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

async fn userinfo(app: &App, tokens: &Value) -> Value {
    let response = app.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

fn type_of(token: &Value) -> Option<String> {
    decode_header(token.as_str().unwrap()).unwrap().typ
}

fn lacks(object: &Value, members: &[&str]) {
    for member in members {
        assert_eq!(object.get(member), None, "{member}: {object}");
    }
}

/// An application only reads the metadata, at whatever path.
#[tokio::test]
async fn every_preset_serves_the_endpoints_that_it_announces() {
    for (preset, path) in [
        (Preset::Keycloak, "/realms/dev"),
        (Preset::Google, ""),
        (
            Preset::EntraId,
            "/6f2a1c3e-5b7d-4e9f-8a1b-2c3d4e5f6a7b/v2.0",
        ),
        (Preset::Auth0, "/"),
    ] {
        let app = like(preset).await;
        let issuer = format!("http://{}{path}", app.idp.address());
        assert_eq!(app.idp.issuer(), issuer);
        let metadata = metadata(&app).await;
        assert_eq!(metadata["issuer"], issuer);
        let keys: Value = app
            .get(metadata["jwks_uri"].as_str().unwrap())
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(keys, app.idp.jwks());

        let authorize = metadata["authorization_endpoint"].as_str().unwrap();
        assert!(!authorize[7..].contains("//"), "{authorize}");
        let url = app.authorization_url(&[ONLINE]);
        let url = format!("{authorize}?{}", url.split_once('?').unwrap().1);
        let page = app.get(&url).await;
        let callback = app.press(page, ("user", "alice"), "").await;
        let code = query(&crate::app::location(&callback), "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", "shop"),
            ("client_secret", "s3cret/+"),
        ];
        let token = metadata["token_endpoint"].as_str().unwrap();
        let response = app.http.post(token).form(&form).send().await.unwrap();
        let tokens: Value = response.json().await.unwrap();
        assert_eq!(claims(&tokens["id_token"])["iss"], issuer);
        assert_eq!(app.idp.hits(Endpoint::Token), 1, "{preset:?}");

        let userinfo = metadata["userinfo_endpoint"].as_str().unwrap();
        let request = app
            .http
            .get(userinfo)
            .bearer_auth(tokens["access_token"].as_str().unwrap());
        assert_eq!(request.send().await.unwrap().status(), 200, "{preset:?}");
    }
}

#[tokio::test]
async fn keycloak_has_roles_in_access_tokens_only() {
    let app = like(Preset::Keycloak).await;
    let tokens = tokens(&app, &[ONLINE]).await;
    assert_eq!(type_of(&tokens["access_token"]).as_deref(), Some("JWT"));
    let access = claims(&tokens["access_token"]);
    let id = claims(&tokens["id_token"]);
    assert!(access["realm_access"]["roles"].is_array());
    lacks(&id, &["realm_access", "resource_access"]);
    lacks(
        &userinfo(&app, &tokens).await,
        &["realm_access", "resource_access"],
    );
    assert_eq!(access["typ"], "Bearer");
    assert_eq!(id["typ"], "ID");
    assert_eq!(access["azp"], "shop");
    lacks(&access, &["client_id"]);
    assert!(id["sid"].is_string());
    assert_eq!(access["sid"], id["sid"]);
    assert_eq!(tokens["refresh_expires_in"], 86_400);
}

#[tokio::test]
async fn keycloak_ends_refresh_tokens_with_the_session() {
    let app = like(Preset::Keycloak).await;
    let first = tokens(&app, &[ONLINE]).await;
    let second = refreshed(&app, &first).await;
    refreshed(&app, &first).await;
    let offline = tokens(&app, &[]).await;

    for tokens in [&first, &offline] {
        let sid = claims(&tokens["id_token"])["sid"]
            .as_str()
            .unwrap()
            .to_owned();
        app.idp.end_session(&sid).await;
    }
    for tokens in [&first, &second] {
        let refused = app.refresh(tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(error(refused).await, (400, "invalid_grant".into()));
    }
    refreshed(&app, &offline).await;
}

#[tokio::test]
async fn google_has_opaque_access_tokens() {
    let app = like(Preset::Google).await;
    let first = tokens(&app, &[ONLINE, ("access_type", "offline")]).await;
    let access = first["access_token"].as_str().unwrap();
    assert!(!access.contains('.'), "{access}");
    assert_eq!(userinfo(&app, &first).await["email"], "alice@example.org");
    lacks(&first, &["refresh_expires_in"]);
    let id = claims(&first["id_token"]);
    lacks(&id, &["sid", "acr", "auth_time"]);
    assert!(id["at_hash"].is_string());

    let second = refreshed(&app, &first).await;
    lacks(&second, &["refresh_token"]);
    refreshed(&app, &first).await;

    lacks(&tokens(&app, &[ONLINE]).await, &["refresh_token"]);
    let form = [
        ("token", access),
        ("client_id", "shop"),
        ("client_secret", "s3cret/+"),
    ];
    let revoked = app.http.post(app.url("/revoke")).form(&form);
    assert_eq!(revoked.send().await.unwrap().status(), 200);
    assert_eq!(app.userinfo(access).await.status(), 401);
}

#[tokio::test]
async fn opaque_access_tokens_expire() {
    let app = like(Preset::Google).await;
    let tokens = tokens(&app, &[ONLINE]).await;
    app.idp.advance(std::time::Duration::from_secs(301));
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(app.userinfo(access).await.status(), 401);
}

#[tokio::test]
async fn google_knows_neither_offline_access_nor_logout() {
    let app = like(Preset::Google).await;
    let refused = app.idp.sign_in(&app.authorization_url(&[]), "alice");
    assert_eq!(query(&refused, "error").as_deref(), Some("invalid_scope"));
    assert_eq!(query(&refused, "iss"), None);
    let form = [
        ("client_id", "oidc-guard-dev"),
        ("scope", "openid offline_access"),
    ];
    let device = app.http.post(app.url("/device_authorization")).form(&form);
    let refused = error(device.send().await.unwrap()).await;
    assert_eq!(refused, (400, "invalid_scope".into()));

    let metadata = metadata(&app).await;
    lacks(
        &metadata,
        &[
            "end_session_endpoint",
            "backchannel_logout_supported",
            "backchannel_logout_session_supported",
            "authorization_response_iss_parameter_supported",
        ],
    );
    assert!(metadata["revocation_endpoint"].is_string());
    assert_eq!(
        metadata["scopes_supported"],
        json!(["openid", "profile", "email"])
    );
}

#[tokio::test]
async fn entra_id_names_users_differently_in_each_application() {
    let app = with_api(Preset::EntraId).await;
    let first = tokens(&app, &[]).await;
    assert_eq!(type_of(&first["access_token"]).as_deref(), Some("JWT"));
    let access = claims(&first["access_token"]);
    let id = claims(&first["id_token"]);
    assert_eq!(access["aud"], API);
    assert_eq!(access["scp"], first["scope"]);
    lacks(&access, &["scope", "client_id", "acr", "auth_time"]);
    lacks(&id, &["sid", "acr", "auth_time", "at_hash"]);
    assert_eq!(id["sub"], "alice");
    assert_ne!(access["sub"], id["sub"]);
    for token in [&access, &id] {
        assert_eq!(token["ver"], "2.0");
        assert!(app.idp.issuer().contains(token["tid"].as_str().unwrap()));
        assert_eq!(token["oid"], id["oid"]);
    }
    let token = first["access_token"].as_str().unwrap();
    assert_eq!(
        app.userinfo(token).await.status(),
        401,
        "it is for another API"
    );

    let second = refreshed(&app, &first).await;
    assert_eq!(claims(&second["access_token"])["sub"], access["sub"]);
    refreshed(&app, &first).await;
    lacks(&tokens(&app, &[ONLINE]).await, &["refresh_token"]);

    let metadata = metadata(&app).await;
    lacks(
        &metadata,
        &["revocation_endpoint", "backchannel_logout_supported"],
    );
    assert!(metadata["end_session_endpoint"].is_string());
    assert_eq!(metadata["subject_types_supported"], json!(["pairwise"]));
}

#[tokio::test]
async fn entra_id_names_a_user_once_in_one_application() {
    let editor = User::new("alice").claim("roles", json!(["Editor"]));
    let app = App::of(DevIdp::builder().preset(Preset::EntraId).user(editor)).await;
    let tokens = tokens(&app, &[]).await;
    let access = claims(&tokens["access_token"]);
    assert_eq!(access["sub"], "alice");
    assert_eq!(access["roles"], json!(["Editor"]));
    assert_eq!(userinfo(&app, &tokens).await["sub"], "alice");
}

#[tokio::test]
async fn auth0_has_opaque_access_tokens_without_an_audience() {
    let app = like(Preset::Auth0).await;
    let first = tokens(&app, &[]).await;
    assert!(!first["access_token"].as_str().unwrap().contains('.'));
    assert_eq!(userinfo(&app, &first).await["sub"], "alice");
    assert!(claims(&first["id_token"])["sid"].is_string());

    let app = with_api(Preset::Auth0).await;
    let first = tokens(&app, &[]).await;
    assert_eq!(type_of(&first["access_token"]).as_deref(), Some("JWT"));
    let access = claims(&first["access_token"]);
    let userinfo_endpoint = format!("{}userinfo", app.idp.issuer());
    assert_eq!(access["aud"], json!([API, userinfo_endpoint]));
    assert_eq!(access["azp"], "shop");
    lacks(&access, &["client_id"]);
    assert_eq!(userinfo(&app, &first).await["sub"], "alice");

    refreshed(&app, &first).await;
    let reused = app.refresh(first["refresh_token"].as_str().unwrap()).await;
    assert_eq!(error(reused).await, (400, "invalid_grant".into()));
    lacks(&tokens(&app, &[ONLINE]).await, &["refresh_token"]);
}

#[tokio::test]
async fn settings_of_a_client_take_precedence() {
    let strict = |shop: Client| {
        shop.refresh_rotation(RefreshRotation::Strict)
            .refresh_tokens(RefreshTokens::OfflineAccess)
    };
    let app = App::with(DevIdp::builder().preset(Preset::Keycloak), strict).await;
    lacks(&tokens(&app, &[ONLINE]).await, &["refresh_token"]);
    let first = tokens(&app, &[]).await;
    refreshed(&app, &first).await;
    let reused = app.refresh(first["refresh_token"].as_str().unwrap()).await;
    assert_eq!(reused.status(), 400);

    let builder = DevIdp::builder()
        .preset(Preset::EntraId)
        .issuer("https://id.example/a/v2.0");
    let app = App::of(builder).await;
    assert_eq!(app.idp.issuer(), "https://id.example/a/v2.0");
}

#[tokio::test]
async fn minted_tokens_follow_the_preset() {
    let app = with_api(Preset::EntraId).await;
    let access = claims(&json!(app.idp.token().mint()));
    assert_eq!(access["ver"], "2.0");
    assert!(access["scp"].is_string());
    let keycloak = like(Preset::Keycloak).await;
    let token = json!(keycloak.idp.token().mint());
    assert_eq!(type_of(&token).as_deref(), Some("JWT"));
    assert_eq!(claims(&token)["typ"], "Bearer");
}
