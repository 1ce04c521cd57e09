//! The provider replaces its keys just before it signs an ID token: the code or refresh token that
//! was exchanged for it has been used, so the application must not reject the response.

use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};
use reqwest::Method;
use serde_json::Value;

use super::{Browser, app, assert_error, tokens};
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

const COOL_DOWN: Duration = Duration::from_secs(10);

/// What precedes the ID token of the new key.
#[derive(Clone, Copy, Debug)]
enum Before {
    /// The keys were fetched in the same second.
    Fetch,
    /// The keys were fetched for a forged token in the same second.
    ForgedToken,
    /// Forged tokens used up the fetches of the cool-down.
    CoolDown,
    /// A fetch for the new key did not find it.
    Replica,
    /// A fetch failed.
    Outage,
}

impl Before {
    const ALL: [Self; 5] = [
        Self::Fetch,
        Self::ForgedToken,
        Self::CoolDown,
        Self::Replica,
        Self::Outage,
    ];

    async fn happens(self, browser: &Browser<'_>, bench: &Bench) {
        let forged = |kid| bench.idp.token().kid(kid).issued_in(5).mint();
        let old_keys = bench.idp.jwks();
        match self {
            Self::Fetch => bench.idp.rotate_keys(),
            Self::ForgedToken => {
                present(browser, &forged("one"), 401).await;
                bench.idp.rotate_keys();
            }
            Self::CoolDown => {
                for kid in ["one", "two"] {
                    present(browser, &forged(kid), 401).await;
                    bench.advance(Duration::from_secs(2));
                }
                bench.idp.rotate_keys();
                present(browser, &forged("three"), 503).await;
            }
            Self::Replica => {
                bench.idp.rotate_keys();
                bench.idp.publish_jwks(old_keys);
                present(browser, &bench.good_token(), 401).await;
                bench.idp.heal();
            }
            Self::Outage => {
                bench.idp.rotate_keys();
                bench.idp.fault(Endpoint::Jwks, Fault::Status(503));
                present(browser, &bench.good_token(), 503).await;
                bench.idp.heal();
            }
        }
    }
}

async fn present(browser: &Browser<'_>, token: &str, status: u16) {
    let userinfo = browser.request(Method::GET, "userinfo");
    let reply = Reply::of(userinfo.bearer_auth(token)).await;
    assert_eq!(reply.status, status, "{reply:?}");
}

fn refresh_token(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().expect("a refresh token")
}

async fn refresh(browser: &Browser<'_>, tokens: &Value) -> Reply {
    let form = [("refresh_token", refresh_token(tokens))];
    browser.post("token", &form).await
}

/// After the pause that earlier cases may have caused.
async fn signed_in<'s>(server: &'s Server, bench: &Bench) -> (Browser<'s>, Value) {
    bench.advance(2 * COOL_DOWN);
    let browser = Browser::new(server);
    let tokens = browser.stay_signed_in(&bench.idp).await;
    bench.idp.reset_hits();
    (browser, tokens)
}

#[tokio::test]
async fn loses_no_refresh_token() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            for before in Before::ALL {
                let (browser, first) = signed_in(server, &bench).await;
                before.happens(&browser, &bench).await;
                bench.idp.reset_hits();
                let reply = refresh(&browser, &first).await;
                assert_eq!(reply.status, 200, "{before:?}: {reply:?}");
                let second = tokens(&reply);
                assert_ne!(refresh_token(&first), refresh_token(&second));
                assert_eq!(bench.idp.hits(Endpoint::Jwks), 1, "{before:?}");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn loses_no_code() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            for before in Before::ALL {
                let (browser, _) = signed_in(server, &bench).await;
                let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
                before.happens(&browser, &bench).await;
                bench.idp.reset_hits();
                let reply = browser.open(&landing).await;
                assert_eq!(reply.status, 200, "{before:?}: {reply:?}");
                assert_eq!(bench.idp.hits(Endpoint::Jwks), 1, "{before:?}");
            }
        },
    )
    .await;
}

/// A fetch that a forged token started before does not find the new key, or times out.
#[tokio::test]
async fn does_not_depend_on_a_fetch_in_progress() {
    let bench = Bench::start().await;
    let oidc = || {
        let builder = bench.steady_builder().timeout(Duration::from_secs(2));
        builder.build().expect("the configuration is sound")
    };
    let test = async |server: &Server| {
        for (delay, heals_at, status) in [
            (Duration::from_millis(500), 2, 401),
            (Duration::from_secs(600), 1, 503),
        ] {
            let (browser, first) = signed_in(server, &bench).await;
            let old_keys = bench.idp.jwks();
            let forged = bench.idp.token().kid("one").mint();
            bench.idp.rotate_keys();
            bench.idp.publish_jwks(old_keys);
            bench.idp.fault(Endpoint::Jwks, Fault::Slow(delay));
            let fetches = async |hits| until(async || bench.idp.hits(Endpoint::Jwks) >= hits).await;
            let refreshed = async {
                fetches(1).await;
                refresh(&browser, &first).await
            };
            let healed = async {
                fetches(heals_at).await;
                bench.idp.heal();
            };
            let forged = present(&browser, &forged, status);
            let ((), reply, ()) = tokio::join!(forged, refreshed, healed);
            assert_eq!(reply.status, 200, "{delay:?}: {reply:?}");
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 2, "{delay:?}");
        }
    };
    for_both(app(), oidc, test).await;
}

/// Not even a provider that does not publish its keys is asked more often than it responds.
#[tokio::test]
async fn costs_one_fetch_per_response() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            let (browser, _) = signed_in(server, &bench).await;
            let old_keys = bench.idp.jwks();
            bench.idp.rotate_keys();
            bench.idp.publish_jwks(old_keys);
            for fetches in 1..=3 {
                let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
                let reply = browser.open(&landing).await;
                assert_error("not published", &reply, 502, "upstream_error");
                assert_eq!(bench.idp.hits(Endpoint::Jwks), fetches);
            }
            bench.idp.heal();
        },
    )
    .await;
}
