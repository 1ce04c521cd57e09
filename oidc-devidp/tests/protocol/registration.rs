//! Clients that register themselves (RFC 7591).

use crate::app::{App, REDIRECT, claims, error, location, query};
use oidc_devidp::{Algorithm, DevIdp, Endpoint, Preset};
use reqwest::Response;
use serde_json::{Value, json};

async fn app() -> App {
    // Many providers start here; keys on curves are made in no time.
    let builder = DevIdp::builder().algorithm(Algorithm::Es256);
    App::of(builder.registration().scopes(["notes:read", "notes:write"])).await
}

async fn post(app: &App, metadata: &Value) -> Response {
    let request = app.http.post(app.url("/register")).json(metadata);
    request.send().await.unwrap()
}

async fn register(app: &App, metadata: Value) -> Value {
    let response = post(app, &metadata).await;
    assert_eq!(response.status(), 201, "{metadata}");
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.json().await.unwrap()
}

/// What the clients of MCP servers send.
fn mcp_client() -> Value {
    json!({
        "client_name": "A client of MCP servers",
        "client_uri": "https://client.example",
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "scope": "notes:read",
    })
}

/// Signs alice in to a client, and returns the token response.
async fn tokens(app: &App, client: &Value, scope: &str) -> Response {
    let client_id = client["client_id"].as_str().unwrap();
    let url = app.authorization_url(&[("client_id", client_id), ("scope", scope)]);
    let code = query(&app.idp.sign_in(&url, "alice"), "code").unwrap();
    let secret = client["client_secret"].as_str().unwrap_or_default();
    app.redeem(
        &code,
        &[("client_id", client_id), ("client_secret", secret)],
    )
    .await
}

/// Whether a client may authenticate by header.
async fn with_header(app: &App, client: &Value) -> Response {
    let member = |name: &str| client[name].as_str().unwrap();
    let request = app.http.post(app.url("/introspect"));
    let request = request.basic_auth(member("client_id"), Some(member("client_secret")));
    request.form(&[("token", "unknown")]).send().await.unwrap()
}

#[tokio::test]
async fn a_public_client_registers_and_signs_in() {
    let app = app().await;
    let client = register(&app, mcp_client()).await;
    let mut expected = mcp_client();
    let members = expected.as_object_mut().unwrap();
    members.remove("scope");
    for (name, value) in members {
        assert_eq!(client[name.as_str()], *value, "{name}");
    }
    assert!(client["client_id_issued_at"].as_u64() > Some(1_700_000_000));
    for absent in ["client_secret", "client_secret_expires_at", "scope"] {
        assert_eq!(client.get(absent), None, "{absent}");
    }
    // The scope of the registration pins nothing.
    let response = tokens(&app, &client, "openid notes:read notes:write").await;
    let tokens: Value = response.json().await.unwrap();
    assert_eq!(tokens["scope"], "openid notes:read notes:write");
    assert_eq!(claims(&tokens["id_token"])["aud"], client["client_id"]);
    assert_eq!(app.idp.hits(Endpoint::Registration), 1);
}

#[tokio::test]
async fn the_least_that_a_client_says_makes_it_public() {
    let app = app().await;
    let client = register(&app, json!({ "redirect_uris": [REDIRECT] })).await;
    assert_eq!(client["token_endpoint_auth_method"], "none");
    assert_eq!(client["grant_types"], json!(["authorization_code"]));
    assert_eq!(client["response_types"], json!(["code"]));
    let response = tokens(&app, &client, "openid offline_access").await;
    let tokens: Value = response.json().await.unwrap();
    assert_eq!(tokens.get("refresh_token"), None);
}

#[tokio::test]
async fn a_confidential_client_gets_a_secret_and_needs_it() {
    let app = app().await;
    for method in ["client_secret_basic", "client_secret_post"] {
        let metadata = json!({
            "redirect_uris": [REDIRECT], "token_endpoint_auth_method": method,
        });
        let client = register(&app, metadata).await;
        assert_eq!(client["token_endpoint_auth_method"], method);
        assert_eq!(client["client_secret_expires_at"], 0);
        let in_form = tokens(&app, &client, "openid").await.status();
        let in_header = with_header(&app, &client).await.status();
        let accepted = if method == "client_secret_basic" {
            [in_header, in_form]
        } else {
            [in_form, in_header]
        };
        assert_eq!(
            accepted.map(|status| status.as_u16()),
            [200, 401],
            "{method}"
        );
        for wrong in [json!("guessed"), Value::Null] {
            let mut thief = client.clone();
            thief["client_secret"] = wrong;
            let refused = error(tokens(&app, &thief, "openid").await).await;
            assert_eq!(refused, (401, "invalid_client".into()));
        }
    }
}

/// Changes to good metadata, and the error.
fn refused() -> Vec<(Value, &'static str)> {
    let uri = "invalid_redirect_uri";
    let metadata = "invalid_client_metadata";
    vec![
        (json!({ "redirect_uris": [] }), uri),
        (json!({ "redirect_uris": [REDIRECT, "/callback"] }), uri),
        (json!({ "redirect_uris": ["http://app.example/cb"] }), uri),
        (json!({ "redirect_uris": ["https://app.example/#f"] }), uri),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), uri),
        (json!({ "redirect_uris": "https://app.example" }), metadata),
        (json!({ "redirect_uris": [1] }), metadata),
        (json!({ "grant_types": ["password"] }), metadata),
        (json!({ "grant_types": ["refresh_token"] }), metadata),
        (json!({ "grant_types": [] }), metadata),
        (json!({ "response_types": ["code", "token"] }), metadata),
        (json!({ "response_types": [] }), metadata),
        (
            json!({ "token_endpoint_auth_method": "private_key_jwt" }),
            metadata,
        ),
        (json!({ "client_name": 7 }), metadata),
    ]
}

#[tokio::test]
async fn faulty_metadata_is_refused() {
    let app = app().await;
    for (changes, expected) in refused() {
        let mut metadata = mcp_client();
        for (name, value) in changes.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        let refused = error(post(&app, &metadata).await).await;
        assert_eq!(refused, (400, expected.into()), "{changes}");
    }
    for (kind, body, status) in [
        ("application/json", "[]", 400),
        ("application/json", "{", 400),
        ("application/json", "", 400),
        (
            "text/plain",
            r#"{"redirect_uris":["https://a.example"]}"#,
            400,
        ),
        ("application/json", &" ".repeat(16 * 1024 + 1), 413),
    ] {
        let request = app.http.post(app.url("/register")).body(body.to_owned());
        let response = request.header("content-type", kind).send().await.unwrap();
        assert_eq!(response.status(), status, "{kind}");
        if status == 400 {
            let refused = error(response).await;
            assert_eq!(refused.1, "invalid_client_metadata", "{kind}");
        }
    }
}

#[tokio::test]
async fn redirects_go_where_the_client_registered() {
    let app = app().await;
    let uris = json!(["http://127.0.0.1/callback", "com.example.app:/callback"]);
    let client = register(&app, json!({ "redirect_uris": uris })).await;
    let client_id = client["client_id"].as_str().unwrap();
    let url = |uri: &str| app.authorization_url(&[("client_id", client_id), ("redirect_uri", uri)]);
    for uri in [
        "http://127.0.0.1:33418/callback",
        "com.example.app:/callback",
    ] {
        let location = app.idp.sign_in(&url(uri), "alice");
        assert!(location.starts_with(uri), "{location}");
        let issuer = query(&location, "iss");
        assert_eq!(issuer.as_deref(), Some(app.idp.issuer()));
    }
    for uri in [
        "http://127.0.0.1:33418/other",
        "http://localhost:33418/callback",
        "com.example.app:/callback?a",
        REDIRECT,
    ] {
        let response = app.get(&url(uri)).await;
        assert_eq!(response.status(), 400, "{uri}");
        assert!(!response.headers().contains_key("location"));
    }
}

#[tokio::test]
async fn a_client_uses_the_grants_it_registered_for() {
    let app = app().await;
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let browser = register(&app, mcp_client()).await;
    let appliance = register(&app, json!({ "grant_types": [device] })).await;
    assert_eq!(appliance["response_types"], json!([]));
    let unauthorized = || (400, "unauthorized_client".to_owned());

    let start = async |client: &Value| {
        let form = [("client_id", client["client_id"].as_str().unwrap())];
        let request = app.http.post(app.url("/device_authorization"));
        request.form(&form).send().await.unwrap()
    };
    assert_eq!(start(&appliance).await.status(), 200);
    assert_eq!(error(start(&browser).await).await, unauthorized());
    let client_id = browser["client_id"].as_str().unwrap();
    let form = [("client_id", client_id), ("grant_type", device)];
    assert_eq!(error(app.token(&form).await).await, unauthorized());

    // It has no redirect URI to send the error to.
    let client_id = appliance["client_id"].as_str().unwrap();
    let response = app
        .get(&app.authorization_url(&[("client_id", client_id)]))
        .await;
    assert_eq!(response.status(), 400);
    let form = [("client_id", client_id), ("grant_type", "refresh_token")];
    assert_eq!(error(app.token(&form).await).await, unauthorized());

    let with_uri = json!({ "grant_types": [device], "redirect_uris": [REDIRECT] });
    let appliance = register(&app, with_uri).await;
    let client_id = appliance["client_id"].as_str().unwrap();
    let response = app
        .get(&app.authorization_url(&[("client_id", client_id)]))
        .await;
    let refused = query(&location(&response), "error");
    assert_eq!(refused.as_deref(), Some("unauthorized_client"));
}

#[tokio::test]
async fn refresh_tokens_come_to_those_who_registered_for_them() {
    let app = app().await;
    let client = register(&app, mcp_client()).await;
    let client_id = client["client_id"].as_str().unwrap();
    for scope in [
        "notes:read notes:write",
        "offline_access notes:read notes:write",
    ] {
        let first: Value = tokens(&app, &client, scope).await.json().await.unwrap();
        let refresh = [
            ("grant_type", "refresh_token"),
            ("refresh_token", first["refresh_token"].as_str().unwrap()),
            ("client_id", client_id),
            ("scope", "notes:read"),
        ];
        let second: Value = app.token(&refresh).await.json().await.unwrap();
        assert_eq!(second["scope"], "notes:read");
        let reused = error(app.token(&refresh).await).await;
        assert_eq!(reused, (400, "invalid_grant".into()));
    }
}

#[tokio::test]
async fn the_oldest_registration_goes_first() {
    let app = app().await;
    let first = register(&app, mcp_client()).await;
    let second = register(&app, mcp_client()).await;
    for _ in 0..999 {
        register(&app, mcp_client()).await;
    }
    let status = async |client: &Value| {
        let client_id = client["client_id"].as_str().unwrap();
        let url = app.authorization_url(&[("client_id", client_id)]);
        app.get(&url).await.status()
    };
    assert_eq!(status(&first).await, 400);
    assert_eq!(status(&second).await, 200);
}

#[tokio::test]
async fn scripts_may_register_and_the_metadata_says_where() {
    let app = app().await;
    let preflight = app
        .http
        .request(reqwest::Method::OPTIONS, app.url("/register"));
    let preflight = preflight.send().await.unwrap();
    assert_eq!(preflight.status(), 204);
    for metadata in [&mcp_client(), &json!({})] {
        let response = post(&app, metadata).await;
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
    }
    let builder = DevIdp::builder().preset(Preset::Keycloak).registration();
    for app in [app, App::of(builder).await] {
        let metadata = app.get(&app.idp.authorization_server_metadata_url()).await;
        let metadata: Value = metadata.json().await.unwrap();
        let endpoint = metadata["registration_endpoint"].as_str().unwrap();
        assert_eq!(endpoint, format!("{}/register", app.idp.issuer()));
        let response = app.http.post(endpoint).json(&mcp_client()).send().await;
        assert_eq!(response.unwrap().status(), 201);
    }
}

#[tokio::test]
async fn nobody_registers_where_it_is_off() {
    let app = App::new().await;
    assert_eq!(post(&app, &mcp_client()).await.status(), 404);
    let metadata = app.get(&app.idp.discovery_url()).await;
    let metadata: Value = metadata.json().await.unwrap();
    assert_eq!(metadata.get("registration_endpoint"), None);
}
