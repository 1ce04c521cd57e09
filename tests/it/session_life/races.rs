//! Whoever has signed out stays signed out, whatever is still under way.

use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};
use reqwest::Method;
use tokio::task::JoinSet;

use super::refresh::crowd;
use crate::keys::until;
use crate::session_support::app::Gate;
use crate::session_support::browser::Browser;
use crate::session_support::site::{Place, Site, renewing};
use crate::support::reply::Reply;

/// How a session ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Logout,
    Everywhere,
    Handler,
    Application,
    ApplicationByUser,
    Provider,
    ProviderByUser,
}

impl End {
    const ALL: [Self; 7] = [
        Self::Logout,
        Self::Everywhere,
        Self::Handler,
        Self::Application,
        Self::ApplicationByUser,
        Self::Provider,
        Self::ProviderByUser,
    ];

    /// Whether the refresh token is revoked.
    fn revokes(self) -> bool {
        matches!(self, Self::Logout | Self::Everywhere | Self::Handler)
    }

    /// Ends alice's session, in whatever browser its user sits.
    async fn happens(self, site: &Site, browser: &Browser) {
        let me = browser.copy().me().await;
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let token = site.bench.idp.logout_token();
        let token = match self {
            Self::Logout => return done(&browser.copy().post("/auth/v2/logout", &[]).await),
            Self::Everywhere => {
                let form = [("everywhere", "true")];
                return done(&browser.copy().post("/auth/v2/logout", &form).await);
            }
            Self::Handler => return done(&browser.copy().post("/end", &[]).await),
            Self::Application => {
                let id = text(&me["session"]).parse().expect("an id");
                let ended = site.oidc.end_session(&id).await;
                return assert!(ended.expect("the store works"));
            }
            Self::ApplicationByUser => {
                let ended = site.oidc.end_sessions_of("alice").await;
                return ended.expect("the store works");
            }
            Self::Provider => token.sid(&text(&me["claims"]["sid"])),
            Self::ProviderByUser => token,
        };
        let request = site
            .server
            .request(Method::POST, "/auth/v2/backchannel-logout");
        done(&Reply::of(request.form(&[("logout_token", token.mint())])).await);
    }
}

#[track_caller]
fn done(reply: &Reply) {
    assert_eq!(reply.status, 200, "{reply:?}");
}

fn slow_writes(browser: &Browser, count: usize) -> JoinSet<Reply> {
    let mut requests = JoinSet::new();
    for _ in 0..count {
        let browser = browser.clone();
        requests.spawn(async move { browser.post("/slow", &[]).await });
    }
    requests
}

#[tokio::test]
async fn requests_that_write_late_do_not_revive_a_session() {
    renewing()
        .run(async |site| {
            for end in End::ALL {
                let browser = site.signed_in("alice").await;
                assert_eq!(browser.post("/raise", &[]).await.body, "1");
                let gate = Gate::of(&browser.session_id().await);
                let copy = browser.copy();
                let requests = slow_writes(&browser, 100);
                until(async || gate.waiting() == 100).await;
                end.happens(site, &browser).await;
                gate.open();
                for reply in requests.join_all().await {
                    assert_eq!(reply.status, 401, "{end:?}: {reply:?}");
                }
                // Whatever cookies the late responses left, and those from before.
                let other = site.another();
                for browser in [&browser, &copy] {
                    assert_eq!(browser.peek().await, 401, "{end:?}");
                    assert_eq!(browser.copy().get("/count").await.status, 401, "{end:?}");
                    if site.place != Place::Cookie {
                        let there = browser.moved_to(other.server.address);
                        assert_eq!(there.peek().await, 401, "{end:?}");
                    }
                }
                site.bench.advance(Duration::from_secs(2));
            }
        })
        .await;
}

/// Responses that left before the logout may arrive after it.
#[tokio::test]
async fn no_earlier_cookie_revives_a_session() {
    renewing()
        .run(async |site| {
            for end in End::ALL {
                let browser = site.signed_in("alice").await;
                let mut earlier = vec![browser.copy()];
                for _ in 0..5 {
                    assert_eq!(browser.post("/raise", &[]).await.status, 200);
                    earlier.push(browser.copy());
                }
                site.advance(300);
                assert_eq!(browser.status().await, 200);
                earlier.push(browser.copy());
                end.happens(site, &browser).await;
                for earlier in earlier {
                    assert_eq!(earlier.peek().await, 401, "{end:?}");
                    assert_eq!(earlier.post("/raise", &[]).await.status, 401, "{end:?}");
                    assert!(!earlier.has_session(), "{end:?}");
                }
                site.advance(2);
            }
        })
        .await;
}

/// Before or after the provider has replaced the refresh token.
#[tokio::test]
async fn a_refresh_does_not_outlive_a_logout() {
    renewing()
        .run(async |site| {
            for fault in [Fault::Hold, Fault::HoldResponse] {
                for end in End::ALL {
                    let browser = site.signed_in("alice").await;
                    let copy = browser.copy();
                    site.bench.idp.fault(Endpoint::Token, fault.clone());
                    site.advance(241);
                    assert_eq!(browser.status().await, 200);
                    site.until_token_calls(1).await;
                    end.happens(site, &browser).await;
                    site.advance(60);
                    let waiting = crowd(&copy, "/me", 10);
                    site.bench.idp.heal();
                    for reply in waiting.join_all().await {
                        assert_eq!(reply.status, 401, "{end:?}: {reply:?}");
                    }
                    // What the refresh brought is of no use to anybody. After a revocation it may have
                    // brought nothing.
                    let own = usize::from(end.revokes());
                    if own == 0 || fault == Fault::HoldResponse {
                        let revocations = || site.bench.idp.hits(Endpoint::Revocation);
                        until(async || revocations() > own).await;
                    }
                    assert_eq!(copy.peek().await, 401, "{end:?}");
                    assert_eq!(site.token_calls(), 1, "{end:?}");
                    site.advance(2);
                }
            }
        })
        .await;
}

/// Not even a provider that refuses the refresh keeps the waiting from noticing.
#[tokio::test]
async fn requests_that_wait_for_a_failing_refresh_notice_a_logout() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let sid = browser.sid().await;
            site.bench.idp.fault(Endpoint::Token, Fault::Hold);
            site.advance(300);
            let waiting = crowd(&browser.copy(), "/me", 10);
            site.until_token_calls(1).await;
            let token = site.bench.idp.logout_token().sid(&sid).mint();
            let request = site
                .server
                .request(Method::POST, "/auth/v2/backchannel-logout");
            done(&Reply::of(request.form(&[("logout_token", token)])).await);
            site.bench.idp.fault(Endpoint::Token, Fault::Status(500));
            for reply in waiting.join_all().await {
                assert_eq!(reply.status, 401, "{reply:?}");
            }
        })
        .await;
}

#[tokio::test]
async fn concurrent_changes_are_all_kept() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let gate = Gate::of(&browser.session_id().await);
            let requests = slow_writes(&browser, 50);
            until(async || gate.waiting() == 50).await;
            gate.open();
            let mut results = Vec::new();
            for reply in requests.join_all().await {
                assert_eq!(reply.status, 200, "{reply:?}");
                results.push(reply.body.parse::<usize>().expect("a number"));
            }
            results.sort_unstable();
            assert!(results.iter().copied().eq(1..=50), "{results:?}");
            assert_eq!(browser.get("/count").await.body, "50");
        })
        .await;
}
