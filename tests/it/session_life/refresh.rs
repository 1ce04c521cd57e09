//! Tokens are renewed once for everybody, in the background, and nobody is signed out by it.

use oidc::Refresh;
use oidc_devidp::{Endpoint, Fault};
use serde_json::json;
use tokio::task::JoinSet;

use crate::keys::until;
use crate::session_support::browser::Browser;
use crate::session_support::site::{Place, renewing, setup};
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
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for calls in 1..=2 {
                site.advance(300);
                all_succeed(crowd(&browser, "/me", 1000)).await;
                assert_eq!(site.token_calls(), calls);
                assert_eq!(browser.status().await, 200);
            }
        })
        .await;
}

#[tokio::test]
async fn nobody_waits_while_the_access_token_is_valid() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let before = token(&browser).await;
            site.bench.idp.fault(Endpoint::Token, Fault::Hold);
            site.advance(241);
            all_succeed(crowd(&browser, "/me", 100)).await;
            site.until_token_calls(1).await;
            assert_eq!(token(&browser).await, before);
            site.bench.idp.heal();
            until_renewed(&browser, &before).await;
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}

#[tokio::test]
async fn a_refresh_is_due_a_minute_before_the_expiry() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(239);
            all_succeed(crowd(&browser, "/me", 3)).await;
            assert_eq!(site.token_calls(), 0);
            site.advance(2);
            assert_eq!(browser.status().await, 200);
            site.until_token_calls(1).await;
        })
        .await;
}

/// However slow the provider is: no lease or lock gives up before the call does.
#[tokio::test]
async fn everybody_waits_for_one_slow_call_after_the_expiry() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.bench.idp.fault(Endpoint::Token, Fault::Hold);
            site.advance(300);
            let requests = crowd(&browser, "/me", 200);
            site.until_token_calls(1).await;
            // Public pages do not depend on it.
            assert_eq!(site.browser().get("/").await.status, 200);
            site.bench.idp.heal();
            all_succeed(requests).await;
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}

/// The provider has replaced the refresh token by then: whoever drops its response loses the session.
#[tokio::test]
async fn clients_that_hang_up_lose_no_token() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for calls in 1..=10 {
                let fault = Fault::HoldResponse;
                site.bench.idp.fault(Endpoint::Token, fault);
                site.advance(300);
                let mut requests = crowd(&browser, "/me", 1);
                site.until_token_calls(calls).await;
                requests.abort_all();
                while requests.join_next().await.is_some() {}
                site.bench.idp.heal();
                assert_eq!(browser.status().await, 200);
                assert_eq!(site.token_calls(), calls);
            }
        })
        .await;
}

#[tokio::test]
async fn an_old_cookie_is_answered_with_the_newest() {
    renewing()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let old = browser.copy();
            let before = token(&browser).await;
            site.advance(241);
            until_renewed(&browser, &before).await;
            assert_ne!(browser.session_cookie(), old.session_cookie());
            for wait in [0, 5, 50] {
                site.advance(wait);
                let late = old.copy();
                assert_eq!(late.status().await, 200);
                assert_eq!(
                    late.session_cookie(),
                    browser.session_cookie(),
                    "after {wait} s"
                );
                assert_eq!(token(&old.copy()).await, token(&browser).await);
            }
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}

#[tokio::test]
async fn on_demand_only_a_bearer_token_is_renewed() {
    renewing()
        .sessions(|sessions| sessions.refresh(Refresh::OnDemand))
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let before = token(&browser).await;
            site.advance(400);
            all_succeed(crowd(&browser, "/me", 10)).await;
            assert_eq!(site.token_calls(), 0);
            all_succeed(crowd(&browser, "/token", 10)).await;
            assert_eq!(site.token_calls(), 1);
            assert_ne!(token(&browser).await, before);
        })
        .await;
}

#[tokio::test]
async fn data_that_change_during_a_refresh_are_kept() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let before = token(&browser).await;
            site.bench.idp.fault(Endpoint::Token, Fault::Hold);
            site.advance(241);
            assert_eq!(browser.post("/raise", &[]).await.body, "1");
            site.until_token_calls(1).await;
            assert_eq!(browser.post("/raise", &[]).await.body, "2");
            site.bench.idp.heal();
            until_renewed(&browser, &before).await;
            assert_eq!(browser.get("/count").await.body, "2");
            assert_eq!(browser.post("/raise", &[]).await.body, "3");
            assert_eq!(site.token_calls(), 1);
            site.advance(300);
            assert_eq!(browser.get("/count").await.body, "3");
        })
        .await;
}

/// The provider's response has what RFC 6749 §5.1 requires and nothing more.
#[tokio::test]
async fn a_bare_response_keeps_the_refresh_token_for_three_minutes() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let bare = json!({ "access_token": "opaque", "token_type": "Bearer" });
            let fault = Fault::Body(bare.to_string());
            site.bench.idp.fault(Endpoint::Token, fault);
            site.advance(300);
            assert_eq!(token(&browser).await, "opaque");
            site.bench.idp.heal();
            site.bench.idp.reset_hits();
            site.advance(143);
            all_succeed(crowd(&browser, "/me", 3)).await;
            assert_eq!(token(&browser).await, "opaque");
            assert_eq!(site.token_calls(), 0);
            site.advance(2);
            assert_eq!(browser.status().await, 200);
            until_renewed(&browser, "opaque").await;
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}

#[tokio::test]
async fn a_session_without_a_refresh_token_lives_on() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for _ in 0..28 {
                site.advance(1000);
                assert_eq!(browser.status().await, 200);
            }
            let reply = browser.get("/token").await;
            assert_eq!(reply.status, 503, "{reply:?}");
            site.advance(800);
            assert_eq!(browser.status().await, 401);
            assert_eq!(site.token_calls(), 0);
        })
        .await;
}

/// A request that only looks does not keep the session's tokens fresh.
#[tokio::test]
async fn the_session_endpoint_refreshes_nothing() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(400);
            for _ in 0..3 {
                let reply = browser.get("/auth/v2/session").await;
                assert!(reply.body.contains("\"authenticated\":true"), "{reply:?}");
            }
            assert_eq!(site.token_calls(), 0);
        })
        .await;
}
