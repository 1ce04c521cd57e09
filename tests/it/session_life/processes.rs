//! Two processes of one application, which share a database.

use std::sync::Arc;
use std::time::Duration;

use oidc_devidp::{Client, Endpoint, Fault};
use serde_json::json;
use servers::{Postgres, Redis};

use super::refresh::{all_succeed, crowd, until_renewed};
use crate::keys::until;
use crate::session_support::browser::Browser;
use crate::session_support::site::{CLIENT, HTTPS, World, renewing};
use crate::support::process::Server;

/// Blanks would separate several.
const KEY: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

const EXAMPLES: [&str; 2] = ["session_axum", "session_actix"];

async fn start(example: &str, world: &World, store: &str) -> Server {
    let discovery_url = world.bench.idp.discovery_url();
    let settings = [
        ("OIDC_CLIENT_ID", CLIENT),
        ("OIDC_DISCOVERY_URL", &*discovery_url),
        ("OIDC_PROXY", HTTPS),
        ("OIDC_SESSION_STORE", store),
        ("OIDC_SESSION_KEY", KEY),
        ("OIDC_STATE_KEY", KEY),
        ("OIDC_TIMEOUT", "2"),
        ("TEST_HOOKS", "1"),
    ];
    Server::example(example, &settings).await
}

/// Moves the time of everybody.
async fn advance(world: &World, servers: &[&Server], seconds: u64) {
    world.bench.idp.advance(Duration::from_secs(seconds));
    for server in servers {
        let request = reqwest::Client::new().post(format!("{}/_clock", server.url()));
        let response = request.json(&json!({ "advance": seconds })).send().await;
        assert_eq!(response.expect("a response").status(), 200);
    }
}

fn address(server: &Server) -> &str {
    let address = server.url().strip_prefix("http://");
    address.expect("an address without a path")
}

/// Both processes, and a browser of each that shares one session.
async fn pair(example: &str, world: &Arc<World>, store: &str) -> ([Server; 2], [Browser; 2]) {
    let servers = [
        start(example, world, store).await,
        start(example, world, store).await,
    ];
    let browser = Browser::new(world, address(&servers[0]));
    browser.sign_in("alice").await;
    world.bench.idp.reset_hits();
    let other = browser.copy().moved_to(address(&servers[1]));
    (servers, [browser, other])
}

/// Strict rotation: a second call would be taken for theft and end the session.
async fn renew_once(store: impl Fn(&World) -> String) {
    for example in EXAMPLES {
        let world = renewing().start().await;
        let store = store(&world);
        let (servers, browsers) = pair(example, &world, &store).await;
        for calls in 1..=3 {
            advance(&world, &[&servers[0], &servers[1]], 300).await;
            let requests = browsers
                .each_ref()
                .map(|browser| crowd(browser, "/me", 500));
            for requests in requests {
                all_succeed(requests).await;
            }
            assert_eq!(world.token_calls(), calls, "{example}");
        }
        for browser in &browsers {
            assert_eq!(browser.status().await, 200, "{example}");
        }
    }
}

fn with_grace(idp: oidc_devidp::Builder) -> oidc_devidp::Builder {
    let with_grace = |client: Client| client.refresh_reuse_grace(60);
    idp.configure(|config| config.clients = config.clients.drain(..).map(with_grace).collect())
}

/// The process ends between the provider's work and its own, so the new tokens are lost. A provider
/// with a grace for that accepts the old refresh token once more.
async fn survive_a_crash(store: impl Fn(&World) -> String) {
    for example in EXAMPLES {
        let world = renewing().idp(with_grace).start().await;
        let store = store(&world);
        let (servers, [owner, other]) = pair(example, &world, &store).await;
        let before = other.get("/token").await.body;
        world.bench.idp.fault(Endpoint::Token, Fault::HoldResponse);
        advance(&world, &[&servers[0], &servers[1]], 241).await;
        assert_eq!(owner.status().await, 200);
        world.until_token_calls(1).await;
        let [owner, survivor] = servers;
        owner.stop().await;
        world.bench.idp.heal();
        // Everybody is served while nobody knows yet that the owner is gone.
        all_succeed(crowd(&other, "/me", 100)).await;
        assert_eq!(other.get("/token").await.body, before);
        until(async || {
            all_succeed(crowd(&other, "/me", 5)).await;
            world.token_calls() > 1
        })
        .await;
        until_renewed(&other, &before).await;
        advance(&world, &[&survivor], 59).await;
        all_succeed(crowd(&other, "/me", 100)).await;
        assert_eq!(world.token_calls(), 2, "{example}");
    }
}

fn sqlite(world: &World) -> String {
    format!("sqlite:{}", world.file().display())
}

#[tokio::test]
async fn sqlite_renews_once() {
    renew_once(sqlite).await;
}

#[tokio::test]
async fn sqlite_survives_a_crash() {
    survive_a_crash(sqlite).await;
}

#[tokio::test]
async fn postgres_renews_once() {
    let server = Postgres::start();
    renew_once(|_| server.database()).await;
}

#[tokio::test]
async fn postgres_survives_a_crash() {
    let server = Postgres::start();
    survive_a_crash(|_| server.database()).await;
}

#[tokio::test]
async fn redis_renews_once() {
    let server = Redis::start();
    renew_once(|_| server.url()).await;
}

#[tokio::test]
async fn redis_survives_a_crash() {
    let server = Redis::start();
    survive_a_crash(|_| server.url()).await;
}
