//! The introspection endpoint (RFC 7662).

use std::time::Duration;

use crate::app::{App, error, text};
use oidc_devidp::{AccessTokens, DevIdp, Endpoint, Fault, Preset, Tamper};
use reqwest::Response;
use serde_json::{Value, json};

/// Sends a good request with parameters changed; an empty value removes one.
async fn post(app: &App, token: &str, changes: &[(&str, &str)]) -> Response {
    app.send_as_shop("/introspect", &[("token", token)], changes)
        .await
}

/// What the endpoint says about a token.
pub(crate) async fn introspect(app: &App, token: &str) -> Value {
    let response = post(app, token, &[]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/json");
    response.json().await.unwrap()
}

/// Whether a token is active. Of one that is not, the endpoint says nothing else (§2.2).
pub(crate) async fn active(app: &App, token: &str) -> bool {
    let answer = introspect(app, token).await;
    let is_active = answer["active"].as_bool().unwrap();
    assert!(
        is_active || answer == json!({ "active": false }),
        "{answer}"
    );
    is_active
}

#[tokio::test]
async fn an_active_token_is_described() {
    for form in [AccessTokens::Jwt, AccessTokens::Opaque] {
        let app = App::of(DevIdp::builder().access_tokens(form)).await;
        let tokens = app.tokens().await;
        let answer = introspect(&app, text(&tokens, "access_token")).await;
        for (member, value) in [
            ("active", json!(true)),
            ("token_type", json!("Bearer")),
            ("iss", json!(app.idp.issuer())),
            ("sub", json!("alice")),
            ("aud", json!("shop")),
            ("client_id", json!("shop")),
            ("scope", tokens["scope"].clone()),
            ("groups", json!(["admin"])),
            (
                "realm_access",
                json!({ "roles": ["offline_access", "admin"] }),
            ),
        ] {
            assert_eq!(answer[member], value, "{form:?} {member}");
        }
        let time = |member: &str| answer[member].as_u64().unwrap();
        assert_eq!(time("exp") - time("iat"), 300);
    }
}

#[tokio::test]
async fn presets_name_client_and_scope_like_others() {
    for preset in [Preset::Keycloak, Preset::EntraId] {
        let app = App::of(DevIdp::builder().preset(preset)).await;
        let tokens = app.tokens().await;
        let answer = introspect(&app, text(&tokens, "access_token")).await;
        assert_eq!(answer["client_id"], "shop", "{preset:?}");
        assert_eq!(answer["scope"], tokens["scope"], "{preset:?}");
    }
}

#[tokio::test]
async fn whatever_is_no_access_token_of_ours_is_inactive() {
    let app = App::new().await;
    let tokens = app.tokens().await;
    let foreign = App::new().await;
    for token in [
        "unknown",
        "a.b.c",
        text(&tokens, "id_token"),
        text(&tokens, "refresh_token"),
        &app.idp.token().expires_in(-1).mint(),
        &app.idp.token().issuer("https://another.example").mint(),
        &app.idp.token().unsigned().mint(),
        &app.idp.token().hmac(b"secret").mint(),
        &foreign.idp.token().mint(),
        &foreign.idp.token().opaque().mint(),
    ] {
        assert!(!active(&app, token).await, "{token}");
    }
}

#[tokio::test]
async fn tokens_expire() {
    for form in [AccessTokens::Jwt, AccessTokens::Opaque] {
        let app = App::of(DevIdp::builder().access_tokens(form)).await;
        let tokens = app.tokens().await;
        let token = text(&tokens, "access_token");
        assert!(active(&app, token).await);
        app.idp.advance(Duration::from_secs(301));
        assert!(!active(&app, token).await);
    }
}

#[tokio::test]
async fn a_public_client_learns_about_its_own_tokens() {
    let app = App::new().await;
    let public: &[_] = &[("client_id", "oidc-guard-dev"), ("client_secret", "")];
    let own = app.idp.token().opaque().mint();
    let tokens = app.tokens().await;
    for (token, is_active) in [(own.as_str(), true), (text(&tokens, "access_token"), false)] {
        let answer: Value = post(&app, token, public).await.json().await.unwrap();
        assert_eq!(answer["active"], is_active);
        assert_eq!(answer.get("sub").is_some(), is_active);
        assert!(active(&app, token).await, "confidential clients see all");
    }
}

#[tokio::test]
async fn jwts_can_be_left_out() {
    let app = App::of(DevIdp::builder().jwt_introspection(false)).await;
    let refused = (400, "unsupported_token_type".to_owned());
    for jwt in [app.idp.token().mint(), app.idp.id_token().unsigned().mint()] {
        assert_eq!(error(post(&app, &jwt, &[]).await).await, refused);
    }
    for opaque in [
        app.idp.token().opaque().mint(),
        app.idp.token().opaque_as(&app.idp.id_token().mint()).mint(),
    ] {
        assert!(active(&app, &opaque).await);
    }
    assert!(!active(&app, "a.b.c").await);
}

type Changes = &'static [(&'static str, &'static str)];

/// Changes to a good request, and the response.
const REFUSED: &[(Changes, u16, &str)] = &[
    (&[("token", "")], 400, "invalid_request"),
    (&[("client_secret", "wrong")], 401, "invalid_client"),
    (&[("client_secret", "")], 401, "invalid_client"),
    (&[("client_id", "unknown")], 401, "invalid_client"),
    (&[("client_id", "")], 401, "invalid_client"),
];

#[tokio::test]
async fn nothing_is_said_to_strangers() {
    let app = App::new().await;
    let token = app.idp.token().opaque().mint();
    for &(changes, status, code) in REFUSED {
        let refused = error(post(&app, &token, changes).await).await;
        assert_eq!(refused, (status, code.into()), "{changes:?}");
    }
    let url = app.url("/introspect");
    let query = format!("{url}?token={token}&client_id=oidc-guard-dev");
    assert_eq!(app.get(&query).await.status(), 405);
    let form_in_query = app.http.post(&query).send().await.unwrap();
    assert_eq!(error(form_in_query).await, (400, "invalid_request".into()));
    let json = app.http.post(&url).json(&json!({ "token": token }));
    let json = json.send().await.unwrap();
    assert_eq!(error(json).await, (400, "invalid_request".into()));
}

#[tokio::test]
async fn hints_may_be_wrong() {
    let app = App::new().await;
    let token = app.idp.token().opaque().mint();
    for hint in ["access_token", "refresh_token", "saml_assertion"] {
        let response = post(&app, &token, &[("token_type_hint", hint)]).await;
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["active"], true, "{hint}");
    }
}

#[tokio::test]
async fn the_endpoint_fails_and_counts_like_the_others() {
    let app = App::new().await;
    let token = app.idp.token().opaque().mint();
    app.idp.fault(Endpoint::Introspection, Fault::Status(503));
    assert_eq!(post(&app, &token, &[]).await.status(), 503);
    app.idp.fault(Endpoint::Introspection, Fault::Garbage);
    let garbage = post(&app, &token, &[]).await;
    assert!(garbage.json::<Value>().await.is_err());
    let text = r#"{"active":"true"}"#.to_owned();
    app.idp.fault(Endpoint::Introspection, Fault::Body(text));
    assert_eq!(
        post(&app, &token, &[]).await.text().await.unwrap(),
        r#"{"active":"true"}"#
    );
    app.idp.fault(Endpoint::Introspection, Fault::WrongIssuer);
    let answer = introspect(&app, &token).await;
    assert_eq!(answer["iss"], "https://another-issuer.example");
    app.idp.heal();
    assert_eq!(introspect(&app, &token).await["iss"], app.idp.issuer());
    assert_eq!(app.idp.hits(Endpoint::Introspection), 5);
    assert_eq!(app.idp.hits(Endpoint::Revocation), 0);
}

#[tokio::test]
async fn the_metadata_says_where_it_is() {
    for (builder, is_there) in [
        (DevIdp::builder(), true),
        (DevIdp::builder().preset(Preset::Keycloak), true),
        (DevIdp::builder().preset(Preset::Google), false),
        (DevIdp::builder().preset(Preset::EntraId), false),
        (DevIdp::builder().preset(Preset::Auth0), false),
    ] {
        let app = App::of(builder).await;
        let url = format!("{}/introspect", app.idp.issuer());
        let metadata = app.metadata().await;
        let endpoint = metadata.get("introspection_endpoint").cloned();
        assert_eq!(endpoint, is_there.then_some(json!(url)));
        let methods = metadata.get("introspection_endpoint_auth_methods_supported");
        assert_eq!(methods.is_some(), is_there);
        app.idp.tamper(Tamper::NoIntrospection);
        assert_eq!(app.metadata().await.get("introspection_endpoint"), None);
    }
}
