//! Opaque tokens of a third-party provider, and every way to authenticate at its introspection endpoint.

use oidc::{ClientAuth, ClientKey, Introspect, Oidc, Principal};
use serde_json::{Value, json};

use super::codes;
use crate::support::logs::Logs;
use crate::support::provider::{CONFIDENTIAL_CLIENT, NpmProvider, Options};
use crate::support::reply::{Reply, invalid_token, needs_scope, ok};
use crate::support::servers::{App, Server, app, for_both};

/// The secret of the provider's clients.
const SECRET: &str = "s3cret+/%: &=";
const AUDIENCE: &str = "urn:example:api";
const MACHINE: &str = "test-machine";

#[oidc::required]
async fn who(user: Principal) -> String {
    let facts = json!({
        "sub": user.subject(),
        "iss": user.issuer(),
        "scopes": user.scopes().collect::<Vec<_>>(),
        "application": user.is_application(),
        "client": user.client_id(),
        "given_name": user.given_name(),
    });
    facts.to_string()
}

#[oidc::required(scopes = "write")]
async fn write(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(roles = "admin")]
async fn admin(user: Principal) -> String {
    user.subject().to_owned()
}

fn routes() -> App {
    app!(who, write, admin)
}

async fn start(access_token_format: &'static str) -> NpmProvider {
    let options = Options {
        access_token_format,
        audience: Some(AUDIENCE),
        ..Options::default()
    };
    NpmProvider::start(&options).await
}

fn oidc(
    provider: &NpmProvider,
    mode: Introspect,
    client_id: &str,
    configure: impl Fn(oidc::OidcBuilder) -> oidc::OidcBuilder,
) -> Oidc {
    let builder = Oidc::builder()
        .client_id(client_id)
        .discovery_url(provider.discovery_url())
        .audience(AUDIENCE)
        .introspect(mode);
    let built = configure(builder).build();
    built.expect("the configuration is sound")
}

fn confidential(provider: &NpmProvider, mode: Introspect) -> Oidc {
    let configure = |builder: oidc::OidcBuilder| builder.client_secret(SECRET);
    oidc(provider, mode, CONFIDENTIAL_CLIENT, configure)
}

fn json_of(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{reply:?}");
    serde_json::from_str(&reply.body).expect("JSON")
}

#[tokio::test]
async fn users_of_opaque_tokens() {
    let provider = start("opaque").await;
    let alice = provider.access_token("alice", "openid profile write").await;
    let bob = provider.access_token("bob", "openid profile read").await;
    assert!(!alice.contains('.'), "{alice} is not opaque");
    for_both(
        routes(),
        || confidential(&provider, Introspect::Opaque),
        async |server| {
            for _ in 0..2 {
                let facts = json_of(&server.get("/who", alice.as_str()).await);
                assert_eq!(facts["sub"], "alice");
                assert_eq!(facts["iss"], provider.issuer());
                assert_eq!(facts["scopes"], json!(["openid", "profile", "write"]));
                assert_eq!(facts["application"], false);
                assert_eq!(facts["client"], "test-public");
                assert_eq!(facts["given_name"], "Mary Jane");
                let get = async |path, token: &str| server.get(path, token).await;
                get("/write", &alice).await.assert("scope", &ok("alice"));
                let missing = needs_scope("write", "write");
                get("/write", &bob).await.assert("no scope", &missing);
                get("/admin", &alice).await.assert("role", &ok("alice"));
                assert_eq!(get("/admin", &bob).await.status, 403);
                get("/who", "unknown")
                    .await
                    .assert("unknown", &invalid_token());
            }
        },
    )
    .await;
}

/// The provider says of a token of a program which client has it, and no subject.
#[tokio::test]
async fn programs_with_opaque_tokens() {
    let provider = start("opaque").await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", MACHINE),
        ("client_secret", SECRET),
        ("scope", "read"),
    ];
    let request = reqwest::Client::new().post(format!("{}/token", provider.issuer()));
    let response = request.form(&form).send().await;
    let response = response.expect("the provider responds").json().await;
    let tokens: Value = response.expect("JSON");
    let token = tokens["access_token"].as_str();
    let token = token.unwrap_or_else(|| panic!("no token: {tokens}"));
    for_both(
        routes(),
        || confidential(&provider, Introspect::Opaque),
        async |server| {
            let facts = json_of(&server.get("/who", token).await);
            assert_eq!(facts["sub"], MACHINE);
            assert_eq!(facts["client"], MACHINE);
            assert_eq!(facts["application"], true);
        },
    )
    .await;
}

type Configure = fn(oidc::OidcBuilder) -> oidc::OidcBuilder;

#[tokio::test]
async fn every_way_to_authenticate() {
    let provider = start("opaque").await;
    let token = provider.access_token("alice", "openid read").await;
    let key: fn(&str) -> ClientAuth = |name| {
        let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/client_keys");
        ClientAuth::key(ClientKey::file(format!("{keys}/{name}.pem")).id(name))
    };
    let secret: Configure = |builder| builder.client_secret(SECRET);
    let post: Configure = |builder| {
        let builder = builder.client_secret(SECRET);
        builder.client_auth(ClientAuth::post())
    };
    let wrong: Configure = |builder| builder.client_secret("another secret");
    let by_secret = [
        ("test-confidential", secret, 200),
        ("test-post", post, 200),
        ("test-confidential", wrong, 503),
    ];
    for (client, configure, status) in by_secret {
        let oidc = || oidc(&provider, Introspect::Opaque, client, configure);
        check(oidc, &token, client, status).await;
    }
    for name in ["p256", "ed25519", "rsa_2048"] {
        let oidc = || {
            let configure = |builder: oidc::OidcBuilder| builder.client_auth(key(name));
            oidc(&provider, Introspect::Opaque, "test-key", configure)
        };
        check(oidc, &token, name, 200).await;
    }
    let other = || {
        let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/client_keys");
        let key = ClientKey::file(format!("{keys}/ed25519.pem")).id("p256");
        let configure =
            |builder: oidc::OidcBuilder| builder.client_auth(ClientAuth::key(key.clone()));
        oidc(&provider, Introspect::Opaque, "test-key", configure)
    };
    check(other, &token, "another key", 503).await;
}

async fn check(oidc: impl Fn() -> Oidc, token: &str, case: &str, status: u16) {
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(routes(), oidc()));
        let reply = server.get("/who", token).await;
        assert_eq!(reply.status, status, "{case}: {reply:?}");
        let code = (status == 503).then_some("introspection_unauthorized");
        assert_eq!(codes(&logs), code.into_iter().collect::<Vec<_>>(), "{case}");
    }
}

/// A public client hears about its own tokens only.
#[tokio::test]
async fn as_a_public_client() {
    let provider = start("opaque").await;
    let own = provider.access_token("alice", "openid read").await;
    for_both(
        routes(),
        || oidc(&provider, Introspect::Opaque, "test-public", |b| b),
        async |server| {
            assert_eq!(server.get("/who", own.as_str()).await.status, 200);
        },
    )
    .await;
    for_both(
        routes(),
        || oidc(&provider, Introspect::Opaque, "test-code-only", |b| b),
        async |server| {
            let reply = server.get("/who", own.as_str()).await;
            reply.assert("another's", &invalid_token());
        },
    )
    .await;
}

/// Revoked at the provider, and forgotten here.
#[tokio::test]
async fn revoked_tokens() {
    let provider = start("opaque").await;
    for start in [Server::axum, Server::actix] {
        let token = provider.access_token("alice", "openid read").await;
        let oidc = confidential(&provider, Introspect::Opaque);
        let server = start(routes(), oidc.clone());
        assert_eq!(server.get("/who", token.as_str()).await.status, 200);
        let revoke = [("client_id", "test-public"), ("token", token.as_str())];
        let url = format!("{}/token/revocation", provider.issuer());
        let response = reqwest::Client::new().post(url).form(&revoke).send().await;
        assert_eq!(response.expect("the provider responds").status(), 200);
        oidc.evict_token(&token);
        let reply = server.get("/who", token.as_str()).await;
        reply.assert("revoked", &invalid_token());
    }
}

/// The provider answers no questions about JWTs, which is told in the log.
#[tokio::test]
async fn jwts() {
    let provider = start("jwt").await;
    let token = provider.access_token("alice", "openid read").await;
    for_both(
        routes(),
        || confidential(&provider, Introspect::Opaque),
        async |server| {
            assert_eq!(server.get("/who", token.as_str()).await.status, 200);
        },
    )
    .await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let oidc = confidential(&provider, Introspect::Always);
        let server = logs.listen(|| start(routes(), oidc));
        let reply = server.get("/who", token.as_str()).await;
        assert_eq!(reply.status, 503, "{reply:?}");
        let lines = logs.take();
        let told = lines
            .iter()
            .any(|line| line.to_string().contains("unsupported_token_type"));
        assert!(told, "{lines:#?}");
    }
}
