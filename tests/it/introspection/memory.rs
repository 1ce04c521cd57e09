//! How long an answer counts, by the clock of the configuration.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use oidc::OidcBuilder;
use oidc_devidp::Endpoint;
use serde_json::json;

use super::scripted::{Answer, Scripted};
use super::{CLIENT, SECRET, builder, calls, oidc, opaque, start};
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::{App, Server, for_both, guarded_app};

fn app() -> App {
    guarded_app!(required())
}

const SECOND: Duration = Duration::from_secs(1);

async fn revoke(bench: &Bench, token: &str) {
    let url = format!("{}{}", bench.idp.issuer(), Endpoint::Revocation.path());
    let request = reqwest::Client::new().post(url);
    let request = request.basic_auth(CLIENT, Some(form_encoded(SECRET)));
    let response = request.form(&[("token", token)]).send().await;
    assert_eq!(response.expect("the provider responds").status(), 200);
}

fn form_encoded(text: &str) -> String {
    let url = reqwest::Url::parse_with_params("http://x/", [("", text)]).expect("a URL");
    let query = url.query().and_then(|query| query.strip_prefix('='));
    query.expect("a parameter").to_owned()
}

#[tokio::test]
async fn a_revoked_token_is_noticed_within_31_seconds() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let token = opaque(&bench.idp).mint();
            let get = async || server.get("/required", token.as_str()).await;
            bench.idp.reset_hits();
            for _ in 0..5 {
                get().await.assert("good", &ok("alice"));
            }
            assert_eq!(calls(&bench.idp), 1);
            revoke(&bench, &token).await;
            bench.advance(29 * SECOND);
            get().await.assert("after 29 seconds", &ok("alice"));
            assert_eq!(calls(&bench.idp), 1);
            bench.advance(2 * SECOND);
            get().await.assert("after 31 seconds", &invalid_token());
            assert_eq!(calls(&bench.idp), 2);
            get().await.assert("remembered", &invalid_token());
            assert_eq!(calls(&bench.idp), 2);
        },
    )
    .await;
}

/// One that is still good is asked about once for each time that the answer counts.
#[tokio::test]
async fn an_answer_counts_for_half_a_minute() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let token = opaque(&bench.idp).expires_in(3600).mint();
            bench.idp.reset_hits();
            for seconds in 0..=120_usize {
                let reply = server.get("/required", token.as_str()).await;
                reply.assert("good", &ok("alice"));
                assert_eq!(calls(&bench.idp), 1 + seconds / 30, "{seconds}");
                bench.advance(SECOND);
            }
        },
    )
    .await;
}

fn with_cache(bench: &Bench, seconds: u64) -> OidcBuilder {
    builder(bench).introspection_cache(Duration::from_secs(seconds))
}

#[tokio::test]
async fn an_answer_counts_for_as_long_as_is_set() {
    let bench = start().await;
    for (seconds, expected) in [(0, 121), (1, 121), (7, 18), (60, 3), (300, 1)] {
        for_both(
            app(),
            || with_cache(&bench, seconds).build().expect("sound"),
            async |server| {
                let token = opaque(&bench.idp).expires_in(3600).mint();
                bench.idp.reset_hits();
                for _ in 0..=120 {
                    let reply = server.get("/required", token.as_str()).await;
                    reply.assert("good", &ok("alice"));
                    bench.advance(SECOND);
                }
                assert_eq!(calls(&bench.idp), expected, "{seconds}");
            },
        )
        .await;
    }
}

/// A client whose clock shows these seconds since the epoch.
fn at(builder: OidcBuilder, now: &Arc<AtomicU64>) -> OidcBuilder {
    let now = Arc::clone(now);
    builder.clock(move || UNIX_EPOCH + Duration::from_secs(now.load(Ordering::SeqCst)))
}

const START: u64 = 1_800_000_000;

fn says(scripted: &Scripted, exp: u64) {
    let answer = json!({ "active": true, "aud": CLIENT, "sub": "alice", "exp": exp });
    scripted.respond_with(Answer::json(answer.to_string()));
}

/// The server's word about the expiry leaves no tolerance.
#[tokio::test]
async fn no_answer_counts_beyond_the_expiry() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    for cache in [300, 30, 0] {
        let now = Arc::new(AtomicU64::new(START));
        let oidc = || {
            let builder = at(with_cache(&bench, cache), &now);
            scripted.at(builder).build().expect("sound")
        };
        for_both(app(), oidc, async |server| {
            now.store(START, Ordering::SeqCst);
            says(&scripted, START + 20);
            let get = async || server.get("/required", "opaque").await;
            for (seconds, expected) in [
                (0, ok("alice")),
                (19, ok("alice")),
                (20, invalid_token()),
                (21, invalid_token()),
                (49, invalid_token()),
            ] {
                now.store(START + seconds, Ordering::SeqCst);
                get()
                    .await
                    .assert(&format!("{cache}, after {seconds} s"), &expected);
            }
            // Unless the server says otherwise by then.
            says(&scripted, START + 90);
            get().await.assert("longer", &ok("alice"));
        })
        .await;
    }
}

/// An answer from before the clock was set back does not count for longer.
#[tokio::test]
async fn a_clock_that_is_set_back_forgets_inactive_tokens() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let now = Arc::new(AtomicU64::new(START));
    let oidc = || {
        scripted
            .at(at(builder(&bench), &now))
            .build()
            .expect("sound")
    };
    for_both(app(), oidc, async |server| {
        now.store(START, Ordering::SeqCst);
        scripted.respond_with(Answer::json(r#"{"active":false}"#));
        let get = async || server.get("/required", "opaque").await;
        get().await.assert("inactive", &invalid_token());
        now.store(START - 3600, Ordering::SeqCst);
        says(&scripted, START + 300);
        get().await.assert("an hour earlier", &ok("alice"));
    })
    .await;
}

/// Inactive tokens are remembered for 10 seconds.
#[tokio::test]
async fn an_inactive_token_is_remembered_for_a_while() {
    let bench = start().await;
    for (cache, framework) in [(30, "default"), (0, "without cache")] {
        for_both(
            app(),
            || with_cache(&bench, cache).build().expect("sound"),
            async |server| {
                bench.idp.reset_hits();
                let token = format!("never-seen-{}-{cache}", server.framework);
                let get = async || server.get("/required", token.as_str()).await;
                for (seconds, asked) in [(0, 1), (0, 1), (9, 1), (1, 2), (9, 2), (2, 3)] {
                    bench.advance(seconds * SECOND);
                    get().await.assert("inactive", &invalid_token());
                    assert_eq!(calls(&bench.idp), asked, "{framework}, {seconds}");
                }
                // One that becomes known is welcome after that.
                let _ = bench.idp.token().opaque_as(&token).mint();
                bench.advance(9 * SECOND);
                get().await.assert("still remembered", &invalid_token());
                bench.advance(SECOND);
                get().await.assert("known", &ok("alice"));
            },
        )
        .await;
    }
}

/// Neither a good token for others nor a failure says anything about the next request.
#[tokio::test]
async fn nothing_else_is_remembered() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let foreign = opaque(&bench.idp).audience("another").mint();
            bench.idp.reset_hits();
            for asked in 1..=3 {
                let reply = server.get("/required", foreign.as_str()).await;
                reply.assert("for others", &invalid_token());
                assert_eq!(calls(&bench.idp), asked);
            }
        },
    )
    .await;
}

/// A token that is forgotten is asked about again.
#[tokio::test]
async fn forgotten_tokens_are_asked_about_again() {
    let bench = start().await;
    for start in [Server::axum, Server::actix] {
        let oidc = oidc(&bench);
        let server = start(app(), oidc.clone());
        let token = opaque(&bench.idp).mint();
        let get = async || server.get("/required", token.as_str()).await;
        bench.idp.reset_hits();
        get().await.assert("good", &ok("alice"));
        oidc.evict_token(&token);
        get().await.assert("evicted", &ok("alice"));
        assert_eq!(calls(&bench.idp), 2);
        oidc.clear_token_cache();
        revoke(&bench, &token).await;
        get().await.assert("revoked", &invalid_token());
        assert_eq!(calls(&bench.idp), 3);
    }
}

/// Without a cache of tokens every request asks.
#[tokio::test]
async fn without_a_cache_of_tokens() {
    let bench = start().await;
    let oidc = || {
        let built = builder(&bench).token_cache_bytes(0).build();
        built.expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        let token = opaque(&bench.idp).mint();
        bench.idp.reset_hits();
        for asked in 1..=3 {
            let reply = server.get("/required", token.as_str()).await;
            reply.assert("good", &ok("alice"));
            assert_eq!(calls(&bench.idp), asked);
        }
    })
    .await;
}

/// An outage is not noticed while an answer counts.
#[tokio::test]
async fn an_answer_counts_during_an_outage() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let token = opaque(&bench.idp).mint();
            let get = async || server.get("/required", token.as_str()).await;
            get().await.assert("good", &ok("alice"));
            bench.idp.stop();
            bench.advance(29 * SECOND);
            get().await.assert("after 29 seconds", &ok("alice"));
            bench.advance(SECOND);
            assert_eq!(get().await.status, 503, "after 30 seconds");
            bench.idp.restart().expect("the port is free");
            until(async || get().await.status == 200).await;
        },
    )
    .await;
}
