//! Tokens are renewed once for everybody, in the background, and nobody is signed out by it.

use oidc::Refresh;
use oidc_devidp::{Fault, RefreshTokens};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use super::browser::Browser;
use super::site::{Place, World};
use crate::keys::until;
use crate::support::reply::Reply;

/// Sends many requests for a path at the same time.
pub(super) fn crowd(browser: &Browser, path: &'static str, size: usize) -> JoinSet<Reply> {
    let mut requests = JoinSet::new();
    for _ in 0..size {
        let browser = browser.clone();
        requests.spawn(async move { browser.get(path).await });
    }
    requests
}

pub(super) async fn all_succeed(requests: JoinSet<Reply>) {
    for reply in requests.join_all().await {
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

/// The access token, without waiting for another one unless this one is over.
async fn token(browser: &Browser) -> String {
    let reply = browser.get("/token").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body
}

pub(super) async fn until_renewed(browser: &Browser, before: &str) {
    until(async || token(browser).await != before).await;
}

#[tokio::test]
async fn a_thousand_requests_at_expiry_cost_one_call() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            for calls in 1..=2 {
                world.advance(300);
                all_succeed(crowd(&browser, "/me", 1000)).await;
                assert_eq!(world.token_calls(), calls);
                assert_eq!(browser.status().await, 200);
            }
        })
        .await;
}

#[tokio::test]
async fn nobody_waits_while_the_access_token_is_valid() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            let before = token(&browser).await;
            world
                .bench
                .idp
                .fault(oidc_devidp::Endpoint::Token, Fault::Hold);
            world.advance(241);
            all_succeed(crowd(&browser, "/me", 100)).await;
            world.until_token_calls(1).await;
            assert_eq!(token(&browser).await, before);
            world.bench.idp.heal();
            until_renewed(&browser, &before).await;
            assert_eq!(world.token_calls(), 1);
        })
        .await;
}

#[tokio::test]
async fn a_refresh_is_due_a_minute_before_the_expiry() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            world.advance(239);
            all_succeed(crowd(&browser, "/me", 3)).await;
            assert_eq!(world.token_calls(), 0);
            world.advance(2);
            assert_eq!(browser.status().await, 200);
            world.until_token_calls(1).await;
        })
        .await;
}

/// However slow the provider is: no lease or lock gives up before the call does.
#[tokio::test]
async fn everybody_waits_for_one_slow_call_after_the_expiry() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            world
                .bench
                .idp
                .fault(oidc_devidp::Endpoint::Token, Fault::Hold);
            world.advance(300);
            let requests = crowd(&browser, "/me", 200);
            world.until_token_calls(1).await;
            // Public pages do not depend on it.
            assert_eq!(site.browser().get("/").await.status, 200);
            world.bench.idp.heal();
            all_succeed(requests).await;
            assert_eq!(world.token_calls(), 1);
        })
        .await;
}

/// The provider has replaced the refresh token by then: whoever drops its response loses the session.
#[tokio::test]
async fn clients_that_hang_up_lose_no_token() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            for calls in 1..=10 {
                let fault = Fault::HoldResponse;
                world.bench.idp.fault(oidc_devidp::Endpoint::Token, fault);
                world.advance(300);
                let mut requests = crowd(&browser, "/me", 1);
                world.until_token_calls(calls).await;
                requests.abort_all();
                while requests.join_next().await.is_some() {}
                world.bench.idp.heal();
                assert_eq!(browser.status().await, 200);
                assert_eq!(world.token_calls(), calls);
            }
        })
        .await;
}

#[tokio::test]
async fn an_old_cookie_is_answered_with_the_newest() {
    let world = World::start().await;
    world
        .at(
            &[Place::Cookie],
            |sessions| sessions,
            async |site| {
                let browser = site.signed_in("alice").await;
                let old = browser.copy();
                let before = token(&browser).await;
                world.advance(241);
                until_renewed(&browser, &before).await;
                assert_ne!(browser.cookies(), old.cookies());
                for wait in [0, 5, 50] {
                    world.advance(wait);
                    let late = old.copy();
                    assert_eq!(late.status().await, 200);
                    assert_eq!(late.cookies(), browser.cookies(), "after {wait} s");
                    assert_eq!(token(&old.copy()).await, token(&browser).await);
                }
                assert_eq!(world.token_calls(), 1);
            },
        )
        .await;
}

#[tokio::test]
async fn on_demand_only_a_bearer_token_is_renewed() {
    let world = World::start().await;
    let settings = |sessions: oidc::Sessions| sessions.refresh(Refresh::OnDemand);
    world
        .at(&Place::ALL, settings, async |site| {
            let browser = site.signed_in("alice").await;
            let before = token(&browser).await;
            world.advance(400);
            all_succeed(crowd(&browser, "/me", 10)).await;
            assert_eq!(world.token_calls(), 0);
            all_succeed(crowd(&browser, "/token", 10)).await;
            assert_eq!(world.token_calls(), 1);
            assert_ne!(token(&browser).await, before);
        })
        .await;
}

#[tokio::test]
async fn data_that_change_during_a_refresh_are_kept() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            let before = token(&browser).await;
            world
                .bench
                .idp
                .fault(oidc_devidp::Endpoint::Token, Fault::Hold);
            world.advance(241);
            assert_eq!(browser.post("/basket", &[]).await.body, "1");
            world.until_token_calls(1).await;
            assert_eq!(browser.post("/basket", &[]).await.body, "2");
            world.bench.idp.heal();
            until_renewed(&browser, &before).await;
            assert_eq!(browser.get("/basket").await.body, "2");
            assert_eq!(browser.post("/basket", &[]).await.body, "3");
            assert_eq!(world.token_calls(), 1);
            world.advance(300);
            assert_eq!(browser.get("/basket").await.body, "3");
        })
        .await;
}

/// The provider's response has what RFC 6749 §5.1 requires and nothing more.
#[tokio::test]
async fn a_bare_response_keeps_the_refresh_token_for_three_minutes() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            let bare = json!({ "access_token": "opaque", "token_type": "Bearer" });
            let fault = Fault::Body(bare.to_string());
            world.bench.idp.fault(oidc_devidp::Endpoint::Token, fault);
            world.advance(300);
            assert_eq!(token(&browser).await, "opaque");
            world.bench.idp.heal();
            world.bench.idp.reset_hits();
            world.advance(143);
            all_succeed(crowd(&browser, "/me", 3)).await;
            assert_eq!(token(&browser).await, "opaque");
            assert_eq!(world.token_calls(), 0);
            world.advance(2);
            assert_eq!(browser.status().await, 200);
            until_renewed(&browser, "opaque").await;
            assert_eq!(world.token_calls(), 1);
        })
        .await;
}

#[tokio::test]
async fn a_session_without_a_refresh_token_lives_on() {
    let offline = |client: oidc_devidp::Client| client.refresh_tokens(RefreshTokens::OfflineAccess);
    let world = World::with(offline).await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            for _ in 0..28 {
                world.advance(1000);
                assert_eq!(browser.status().await, 200);
            }
            let reply = browser.get("/token").await;
            assert_eq!(reply.status, 503, "{reply:?}");
            world.advance(800);
            assert_eq!(browser.status().await, 401);
            assert_eq!(world.token_calls(), 0);
        })
        .await;
}

/// A request that only looks does not keep the session's tokens fresh.
#[tokio::test]
async fn the_session_endpoint_refreshes_nothing() {
    let world = World::start().await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            world.advance(400);
            for _ in 0..3 {
                let request = browser.request(Method::GET, "/auth/v2/session");
                let reply = browser.send(request).await;
                assert!(reply.body.contains("\"authenticated\":true"), "{reply:?}");
            }
            assert_eq!(world.token_calls(), 0);
        })
        .await;
}
