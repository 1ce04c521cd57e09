//! One question about a token at a time, and not too many about all.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use oidc::{Introspect, Issuer, Oidc};
use oidc_devidp::{Endpoint, Fault, TestIdp};
use reqwest::Method;
use tokio::task::{JoinHandle, JoinSet};
use tower_service::Service as _;

use super::{SECRET, builder, calls, codes, idp, opaque, start};
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{Reply, ok};
use crate::support::servers::{App, Server, for_both, guarded_app};

/// As many questions may be under way at one issuer.
const MOST: usize = 64;

fn app() -> App {
    guarded_app!(required(), partner(issuer = "partner"))
}

/// A client that waits for longer than a test takes.
fn patient(bench: &Bench) -> Oidc {
    let built = builder(bench).timeout(Duration::from_secs(120)).build();
    built.expect("the configuration is sound")
}

fn hold(idp: &TestIdp) {
    idp.reset_hits();
    idp.fault(Endpoint::Introspection, Fault::Hold);
}

/// A request that goes on by itself.
fn send(server: &Server, path: &str, token: &str) -> JoinHandle<Reply> {
    let request = server.request(Method::GET, path).bearer_auth(token);
    tokio::spawn(Reply::of(request))
}

async fn call(mut router: Router, token: String) -> u16 {
    let request = Request::get("/required").header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let Ok(response) = router.call(request).await;
    response.status().as_u16()
}

/// More than there may be connections, so without them.
#[tokio::test]
async fn a_thousand_who_wait_share_one_question() {
    let bench = start().await;
    for (token, expected) in [
        (opaque(&bench.idp).mint(), 200),
        ("unknown".to_owned(), 401),
    ] {
        let oidc = patient(&bench);
        oidc.discover().await.expect("the provider runs");
        let router = (app().axum)(&oidc).with_state(oidc);
        hold(&bench.idp);
        let mut requests = JoinSet::new();
        for _ in 0..1000 {
            requests.spawn(call(router.clone(), token.clone()));
        }
        until(async || calls(&bench.idp) > 0).await;
        // Whoever can go on does, on this thread.
        for _ in 0..5000 {
            tokio::task::yield_now().await;
        }
        bench.idp.heal();
        let statuses = requests.join_all().await;
        assert!(
            statuses.iter().all(|status| *status == expected),
            "{statuses:?}"
        );
        assert_eq!(calls(&bench.idp), 1);
    }
}

/// Nor do those who come from the start on, before there is a discovery document.
#[tokio::test]
async fn before_there_is_a_document() {
    let bench = start().await;
    let oidc = patient(&bench);
    let router = (app().axum)(&oidc).with_state(oidc);
    let token = opaque(&bench.idp).mint();
    bench.idp.reset_hits();
    let mut requests = JoinSet::new();
    for _ in 0..1000 {
        requests.spawn(call(router.clone(), token.clone()));
    }
    let statuses = requests.join_all().await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(calls(&bench.idp), 1);
    assert_eq!(bench.idp.hits(Endpoint::Discovery), 1);
}

#[tokio::test]
async fn who_waits_over_http_shares_one_question() {
    let bench = start().await;
    for_both(
        app(),
        || patient(&bench),
        async |server| {
            let token = opaque(&bench.idp).mint();
            hold(&bench.idp);
            let requests: Vec<_> = (0..100)
                .map(|_| send(server, "/required", &token))
                .collect();
            until(async || calls(&bench.idp) > 0).await;
            bench.idp.heal();
            for request in requests {
                request
                    .await
                    .expect("no panic")
                    .assert("shared", &ok("alice"));
            }
            assert_eq!(calls(&bench.idp), 1);
        },
    )
    .await;
}

/// Without memory too, those who come at the same time share one question. The next asks anew.
#[tokio::test]
async fn without_memory() {
    let bench = start().await;
    let oidc = builder(&bench).introspection_cache(Duration::ZERO);
    let oidc = oidc
        .timeout(Duration::from_secs(120))
        .build()
        .expect("sound");
    oidc.discover().await.expect("the provider runs");
    let router = (app().axum)(&oidc).with_state(oidc);
    let token = opaque(&bench.idp).mint();
    hold(&bench.idp);
    let mut requests = JoinSet::new();
    for _ in 0..200 {
        requests.spawn(call(router.clone(), token.clone()));
    }
    until(async || calls(&bench.idp) > 0).await;
    for _ in 0..2000 {
        tokio::task::yield_now().await;
    }
    bench.idp.heal();
    let statuses = requests.join_all().await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(calls(&bench.idp), 1);
    assert_eq!(call(router, token).await, 200);
    assert_eq!(calls(&bench.idp), 2);
}

/// Who leaves, even the one who asked, does not take the answer along.
#[tokio::test]
async fn who_leaves_takes_nothing_along() {
    let bench = start().await;
    for_both(
        app(),
        || patient(&bench),
        async |server| {
            let token = opaque(&bench.idp).mint();
            hold(&bench.idp);
            let first = send(server, "/required", &token);
            until(async || calls(&bench.idp) > 0).await;
            let others: Vec<_> = (0..10).map(|_| send(server, "/required", &token)).collect();
            first.abort();
            assert!(first.await.expect_err("it left").is_cancelled());
            // The server notices before the answer comes.
            let elsewhere = server.get("/required", bench.good_token().as_str()).await;
            elsewhere.assert("a JWT meanwhile", &ok("alice"));
            bench.idp.heal();
            for other in others {
                other
                    .await
                    .expect("no panic")
                    .assert("stayed", &ok("alice"));
            }
            assert_eq!(calls(&bench.idp), 1);
        },
    )
    .await;
}

/// The same if nobody stays: whoever comes next finds the answer.
#[tokio::test]
async fn an_answer_for_nobody_is_kept() {
    let bench = start().await;
    let oidc = patient(&bench);
    oidc.discover().await.expect("the provider runs");
    let router = (app().axum)(&oidc).with_state(oidc);
    let token = opaque(&bench.idp).mint();
    hold(&bench.idp);
    let asking = tokio::spawn(call(router.clone(), token.clone()));
    until(async || calls(&bench.idp) > 0).await;
    asking.abort();
    asking.await.expect_err("it left");
    bench.idp.heal();
    assert_eq!(call(router, token).await, 200);
    assert_eq!(calls(&bench.idp), 1);
}

fn with_partner(bench: &Bench) -> Oidc {
    let partner = bench.idp.other("partner");
    let issuer = Issuer::at(partner.discovery_url()).audience(partner.client_id());
    let issuer = issuer.introspect(Introspect::Opaque).client_secret(SECRET);
    let builder = builder(bench).trust("partner", issuer.token_prefix("ptn_"));
    let built = builder.timeout(Duration::from_secs(120)).build();
    built.expect("the configuration is sound")
}

/// More than so many at once are told to come back, and nobody else is.
#[tokio::test]
async fn there_are_so_many_at_once() {
    let partner = idp().opaque_token_prefix("ptn_");
    let bench = Bench::with(idp().also("partner", partner)).await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(app(), with_partner(&bench)));
        let good = opaque(&bench.idp).mint();
        let reply = server.get("/required", good.as_str()).await;
        reply.assert("cached", &ok("alice"));

        hold(&bench.idp);
        let tokens: Vec<_> = (0..MOST).map(|_| opaque(&bench.idp).mint()).collect();
        let waiting: Vec<_> = tokens
            .iter()
            .map(|token| send(&server, "/required", token))
            .collect();
        until(async || calls(&bench.idp) == MOST).await;
        let one_more = opaque(&bench.idp).mint();
        for _ in 0..3 {
            codes(&logs);
            let reply = server.get("/required", one_more.as_str()).await;
            assert_eq!(reply.status, 503, "{reply:?}");
            assert_eq!(reply.headers["retry-after"], "1");
            assert_eq!(codes(&logs), ["introspection_failed"]);
        }
        // Who waits for a question that is under way does not count.
        let shared = send(&server, "/required", &tokens[0]);
        for (path, token) in [
            ("/required", good.clone()),
            ("/required", bench.good_token()),
            ("/partner", opaque(bench.idp.other("partner")).mint()),
        ] {
            let reply = server.get(path, token.as_str()).await;
            reply.assert(&format!("{path} meanwhile"), &ok("alice"));
        }
        assert_eq!(calls(&bench.idp), MOST);
        bench.idp.heal();
        for request in waiting.into_iter().chain([shared]) {
            request
                .await
                .expect("no panic")
                .assert("waited", &ok("alice"));
        }
        let reply = server.get("/required", one_more.as_str()).await;
        reply.assert("afterwards", &ok("alice"));
        assert_eq!(calls(&bench.idp), MOST + 1);
    }
}
