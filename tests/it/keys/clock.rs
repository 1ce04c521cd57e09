//! The clock of the application is ahead for a while, as after resuming a virtual machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use oidc::Oidc;
use oidc_devidp::Endpoint;

use super::{app, until};
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::{Server, for_both};

const MINUTE: Duration = Duration::from_secs(60);
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How far the clock of an application is ahead of its provider's.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<AtomicU64>);

impl Ahead {
    fn set(&self, by: Duration) {
        self.0.store(by.as_secs(), Ordering::SeqCst);
    }

    fn oidc(&self, bench: &Bench) -> Oidc {
        let Self(seconds) = self.clone();
        let now = move || SystemTime::now() + Duration::from_secs(seconds.load(Ordering::SeqCst));
        let builder = bench.builder().clock(now);
        builder.build().expect("the configuration is sound")
    }
}

/// Tokens that are valid by either clock.
fn lasting(bench: &Bench, subject: &str) -> oidc_devidp::TokenBuilder {
    bench.idp.token().sub(subject).expires_in(63_072_000)
}

/// Everything that is recorded together with a time: the keys, the cool-down with its exception,
/// and unknown keys.
async fn fetch_everything(server: &Server, bench: &Bench) {
    let known = lasting(bench, "alice").mint();
    let reply = server.get("/required", known.as_str()).await;
    reply.assert("the clock is ahead", &ok("alice"));
    for kid in ["unknown", "another"] {
        let unknown = lasting(bench, "alice").kid(kid).mint();
        let reply = server.get("/required", unknown.as_str()).await;
        assert_ne!(reply.status, 200, "{reply:?}");
    }
}

async fn recovers_from(by: Duration) {
    let bench = Bench::start().await;
    let ahead = Ahead::default();
    for_both(
        app(),
        || ahead.oidc(&bench),
        async |server| {
            ahead.set(by);
            fetch_everything(server, &bench).await;
            ahead.set(Duration::ZERO);
            let old = lasting(&bench, "alice").mint();
            bench.idp.rotate_keys();
            let new = lasting(&bench, "bob").mint();
            let reply = server.get("/required", new.as_str()).await;
            reply.assert("a token of the new key", &ok("bob"));
            let reply = server.get("/required", old.as_str()).await;
            reply.assert("a token of the withdrawn key", &invalid_token());
        },
    )
    .await;
}

#[tokio::test]
async fn by_a_year() {
    recovers_from(YEAR).await;
}

#[tokio::test]
async fn by_minutes() {
    recovers_from(5 * MINUTE).await;
}

/// A withdrawn key is noticed although there is no token of a new one.
#[tokio::test]
async fn by_minutes_delays_no_refresh() {
    let bench = Bench::start().await;
    let ahead = Ahead::default();
    for_both(
        app(),
        || ahead.oidc(&bench),
        async |server| {
            ahead.set(5 * MINUTE);
            let token = || lasting(&bench, "alice").mint();
            let reply = server.get("/required", token().as_str()).await;
            reply.assert("the clock is ahead", &ok("alice"));
            ahead.set(Duration::ZERO);
            bench.idp.reset_hits();
            let old = token();
            bench.idp.rotate_keys();
            until(async || server.get("/required", old.as_str()).await.status == 401).await;
            assert!(bench.idp.hits(Endpoint::Jwks) > 0);
        },
    )
    .await;
}

/// A small correction of the clock causes no fetch.
#[tokio::test]
async fn by_seconds_goes_unnoticed() {
    let bench = Bench::start().await;
    let ahead = Ahead::default();
    for_both(
        app(),
        || ahead.oidc(&bench),
        async |server| {
            ahead.set(Duration::from_secs(10));
            let token = lasting(&bench, "alice").mint();
            let get = async || server.get("/required", token.as_str()).await;
            get().await.assert("the clock is ahead", &ok("alice"));
            ahead.set(Duration::ZERO);
            bench.idp.reset_hits();
            for _ in 0..20 {
                get().await.assert("the clock is right", &ok("alice"));
            }
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 0);
        },
    )
    .await;
}
