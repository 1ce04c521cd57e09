//! Tokens of a third-party provider.

use oidc::{Oidc, Principal};

use crate::support::provider::{NpmProvider, Options, PUBLIC_CLIENT};
use crate::support::reply::{Expected, anonymous, denied, invalid_token, needs_scope, ok};
use crate::support::servers::{App, app, for_both};

#[oidc::required]
async fn required(user: Principal) -> String {
    format!(
        "{} {}",
        user.subject(),
        user.family_name().unwrap_or_default()
    )
}

#[oidc::required(scopes = "profile read")]
async fn scoped(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(scopes = "profile impossible")]
async fn impossible(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(claims(realm_access.roles = "offline_access"))]
async fn realm(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(claims(realm_access.roles = "nonexistent"))]
async fn other_realm(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(roles = "admin")]
async fn role(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

fn routes() -> App {
    app!(
        required,
        scoped,
        impossible,
        realm,
        other_realm,
        role,
        optional
    )
}

fn oidc(provider: &NpmProvider) -> Oidc {
    let builder = Oidc::builder()
        .client_id(PUBLIC_CLIENT)
        .discovery_url(provider.discovery_url());
    builder.build().expect("the configuration is sound")
}

async fn signs(alg: &'static str) {
    let provider = NpmProvider::start(&Options {
        alg,
        ..Options::default()
    })
    .await;
    let alice = provider.tokens("alice", "openid profile read").await;
    let id_token = alice["id_token"].as_str().expect("an ID token");
    let alice = alice["access_token"].as_str().expect("an access token");
    let bob = provider.access_token("bob", "openid").await;
    let tampered = alice.replacen('.', ".e30", 1);
    let cases: [(&str, Option<&str>, Expected); 15] = [
        ("/required", None, anonymous()),
        ("/required", Some(alice), ok("alice van der Doe")),
        ("/required", Some(&bob), ok("bob")),
        ("/required", Some(&tampered), invalid_token()),
        ("/required", Some(id_token), invalid_token()),
        ("/scoped", Some(alice), ok("alice")),
        (
            "/scoped",
            Some(&bob),
            needs_scope("profile read", "profile read"),
        ),
        (
            "/impossible",
            Some(alice),
            needs_scope("profile impossible", "scope: impossible"),
        ),
        ("/realm", Some(alice), ok("alice")),
        ("/other_realm", Some(alice), denied()),
        ("/role", Some(alice), ok("alice")),
        ("/role", Some(&bob), denied()),
        ("/optional", None, ok("nobody")),
        ("/optional", Some(alice), ok("alice")),
        ("/optional", Some(id_token), ok("nobody")),
    ];
    for_both(
        routes(),
        || oidc(&provider),
        async |server| {
            for (index, (path, token, expected)) in cases.iter().enumerate() {
                let reply = server.get(path, *token).await;
                reply.assert(&format!("{alg}, case {index}, {path}"), expected);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn with_rsa() {
    signs("RS256").await;
}

#[tokio::test]
async fn with_an_elliptic_curve() {
    signs("ES256").await;
}

#[tokio::test]
async fn for_another_audience() {
    let options = Options {
        audience: Some("another-api"),
        ..Options::default()
    };
    let provider = NpmProvider::start(&options).await;
    let token = provider.access_token("alice", "openid").await;
    for_both(
        routes(),
        || oidc(&provider),
        async |server| {
            server
                .get("/required", token.as_str())
                .await
                .assert("not for us", &invalid_token());
        },
    )
    .await;
}
