//! Opaque access tokens.

use crate::app::{App, text};
use crate::introspection::{active, introspect};
use oidc_devidp::{AccessTokens, Client, Config, DevIdp, Preset};
use serde_json::{Value, json};

fn opaque() -> oidc_devidp::Builder {
    DevIdp::builder().access_tokens(AccessTokens::Opaque)
}

/// The access token of a sign-in, and whether it is a JWT.
async fn access_token(app: &App) -> (String, bool) {
    let tokens = app.tokens().await;
    let token = text(&tokens, "access_token").to_owned();
    let is_jwt = token.contains('.');
    (token, is_jwt)
}

#[tokio::test]
async fn they_are_what_the_configuration_says() {
    let jwt = |shop: Client| shop.access_tokens(AccessTokens::Jwt);
    for (app, is_jwt) in [
        (App::new().await, true),
        (App::of(opaque()).await, false),
        (App::with(opaque(), jwt).await, true),
        (
            App::with(DevIdp::builder(), |shop| {
                shop.access_tokens(AccessTokens::Opaque)
            })
            .await,
            false,
        ),
        (
            App::with(DevIdp::builder().preset(Preset::Auth0), jwt).await,
            true,
        ),
    ] {
        let form = (app.idp.config().access_tokens, app.idp.config().preset);
        assert_eq!(access_token(&app).await.1, is_jwt, "{form:?}");
    }
}

#[tokio::test]
async fn they_work_like_others() {
    let app = App::of(opaque().opaque_token_prefix("partner_")).await;
    let first = app.tokens().await;
    let token = text(&first, "access_token");
    assert!(token.starts_with("partner_") && token.len() > 40, "{token}");
    let info: Value = app.userinfo(token).await.json().await.unwrap();
    assert_eq!(info["sub"], "alice");

    let refreshed = app.refresh(text(&first, "refresh_token")).await;
    let second: Value = refreshed.json().await.unwrap();
    assert_ne!(text(&second, "access_token"), token);
    assert!(active(&app, text(&second, "access_token")).await);
    // A second use of the refresh token revokes all.
    assert_eq!(
        app.refresh(text(&first, "refresh_token")).await.status(),
        400
    );
    for tokens in [&first, &second] {
        assert!(!active(&app, text(tokens, "access_token")).await);
    }
}

#[tokio::test]
async fn the_test_kit_mints_them_with_any_claims() {
    let app = App::new().await;
    let minted = app.idp.token().sub("bob").scope("read").opaque().mint();
    assert!(!minted.contains('.'));
    let answer = introspect(&app, &minted).await;
    assert_eq!(answer["sub"], "bob");
    assert_eq!(answer["scope"], "read");
    assert_eq!(answer["preferred_username"], "bob");

    let application = app.idp.token().without("sub").opaque().mint();
    let answer = introspect(&app, &application).await;
    assert_eq!(answer.get("sub"), None);
    assert_eq!(answer["client_id"], "oidc-guard-dev");

    let odd = app.idp.token().without("exp").without("jti");
    let odd = odd.issuer("https://another.example").claim("aud", json!(7));
    let odd = odd.opaque_as("a+b/c~d==").mint();
    let answer = introspect(&app, &odd).await;
    assert_eq!(answer["iss"], "https://another.example");
    assert_eq!(answer["aud"], 7);
    assert_eq!(answer.get("exp"), None);
    let expired = app.idp.token().expires_in(-1).opaque().mint();
    assert!(!active(&app, &expired).await);
}

#[test]
fn a_file_may_name_them() {
    let toml = r#"
        access_tokens = "opaque"
        opaque_token_prefix = "partner_"
        jwt_introspection = false
        [[clients]]
        client_id = "shop"
        access_tokens = "jwt"
    "#;
    let config = Config::from_toml(toml).unwrap();
    assert_eq!(config.access_tokens, Some(AccessTokens::Opaque));
    assert_eq!(config.opaque_token_prefix, "partner_");
    assert!(!config.jwt_introspection);
    assert_eq!(config.clients[0].access_tokens, Some(AccessTokens::Jwt));
    assert!(Config::default().jwt_introspection);
}
