//! A third-party provider accepts what the application sends, and nothing else.

use oidc::{ClientAuth, ClientKey, Oidc};
use serde_json::Value;

use super::{app, key_path};
use crate::sign_in::{Browser, NATIVE, location};
use crate::support::provider::{NpmProvider, Options};
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};
use crate::support::user_agent::UserAgent;

/// The secret of the provider's client.
const SECRET: &str = "s3cret+/%: &=";

fn oidc(provider: &NpmProvider, client_id: &str, auth: ClientAuth, secret: Option<&str>) -> Oidc {
    let builder = Oidc::builder().client_id(client_id).client_auth(auth);
    let builder = builder.discovery_url(provider.discovery_url());
    let builder = match secret {
        Some(secret) => builder.client_secret(secret),
        None => builder,
    };
    builder.build().expect("the configuration is sound")
}

/// Signs alice in, refreshes her tokens and begins a device sign-in: the last response, or the first
/// that is no success.
async fn sign_in(server: &Server) -> Reply {
    let browser = Browser::new(server);
    let query = [
        ("redirect_uri", NATIVE),
        ("offline_access", "true"),
        ("prompt", "consent"),
    ];
    let login = location(&browser.get("login", &query).await);
    let landing = UserAgent::approving("alice")
        .visit_until(&login, NATIVE)
        .await;
    let get = |name| landing.query(name).expect("a code and a state");
    let form = [
        ("code", &*get("code")),
        ("redirect_uri", NATIVE),
        ("code_verifier", &get("state")),
    ];
    let reply = browser.post("token", &form).await;
    if reply.status != 200 {
        return reply;
    }
    let token: Value = serde_json::from_str(&reply.body).expect("JSON");
    let refresh = token["refresh_token"].as_str().expect("a refresh token");
    let reply = browser.post("token", &[("refresh_token", refresh)]).await;
    if reply.status != 200 {
        return reply;
    }
    browser.post("device", &[]).await
}

fn key(name: &str) -> ClientAuth {
    ClientAuth::key(ClientKey::file(key_path(name)).id(name))
}

#[tokio::test]
async fn accepts_every_kind_of_key() {
    let provider = NpmProvider::start(&Options::default()).await;
    for name in ["p256", "ed25519", "rsa_2048"] {
        let oidc = || oidc(&provider, "test-key", key(name), None);
        for_both(app(), oidc, async |server| {
            let reply = sign_in(server).await;
            assert_eq!(reply.status, 200, "{name}: {reply:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn refuses_another_key() {
    let provider = NpmProvider::start(&Options::default()).await;
    let other = || ClientAuth::key(ClientKey::file(key_path("ed25519")).id("p256"));
    let oidc = || oidc(&provider, "test-key", other(), None);
    for_both(app(), oidc, async |server| {
        let reply = sign_in(server).await;
        assert_eq!(reply.status, 502, "{reply:?}");
    })
    .await;
}

#[tokio::test]
async fn accepts_a_secret_in_the_form() {
    let provider = NpmProvider::start(&Options::default()).await;
    let with = |secret| oidc(&provider, "test-post", ClientAuth::post(), Some(secret));
    let right = || with(SECRET);
    for_both(app(), right, async |server| {
        let reply = sign_in(server).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    })
    .await;
    let wrong = || with("another secret");
    for_both(app(), wrong, async |server| {
        let reply = sign_in(server).await;
        assert_eq!(reply.status, 502, "{reply:?}");
    })
    .await;
}
