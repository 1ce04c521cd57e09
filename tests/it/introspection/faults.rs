//! A server that fails, and one that does not know the application.

use std::time::{Duration, Instant};

use oidc::{Introspect, Issuer, Oidc};
use oidc_devidp::{DevIdp, Endpoint, Fault, Tamper};
use tracing::Level;

use super::scripted::Scripted;
use super::{SECRET, builder, calls, codes, idp, oidc, opaque, start};
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::logs::{Line, Logs};
use crate::support::reply::{Reply, invalid_token, ok};
use crate::support::servers::{App, Server, for_both, guarded_app};

fn app() -> App {
    guarded_app!(required(), partner(issuer = "partner"))
}

#[track_caller]
fn assert_is_unavailable(case: &str, reply: &Reply) {
    assert_eq!(reply.status, 503, "{case}: {reply:?}");
    let pause = reply.headers.get("retry-after").map(|value| value.to_str());
    let pause = pause.and_then(|pause| pause.ok()?.parse::<u64>().ok());
    assert!(pause >= Some(1), "{case}: {reply:?}");
}

/// Each way to fail is the server's fault and none of the token's.
#[tokio::test]
async fn are_not_the_tokens() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let elsewhere = scripted.url().to_owned();
    let failed = "introspection_failed";
    let unauthorized = "introspection_unauthorized";
    let faults = [
        (Fault::Down, failed),
        (Fault::Hold, failed),
        (Fault::Drip, failed),
        (Fault::Status(500), failed),
        (Fault::Status(404), failed),
        (Fault::Status(403), failed),
        (Fault::Status(401), unauthorized),
        (Fault::Error("invalid_client".to_owned()), unauthorized),
        (Fault::Error("invalid_request".to_owned()), failed),
        (Fault::Error("server_error".to_owned()), failed),
        (Fault::Busy(1), failed),
        (Fault::Garbage, failed),
        (Fault::Huge(1 << 24), failed),
        (Fault::GzipBomb, failed),
        (Fault::Redirect(elsewhere), failed),
        (Fault::Empty, failed),
        (Fault::Body("[]".to_owned()), failed),
    ];
    for start in [Server::axum, Server::actix] {
        for (fault, code) in &faults {
            let builder = builder(&bench).timeout(Duration::from_millis(500));
            let oidc = builder.build().expect("the configuration is sound");
            until(async || oidc.discover().await.is_ok()).await;
            let logs = Logs::default();
            let server = logs.listen(|| start(app(), oidc));
            let token = opaque(&bench.idp).mint();
            bench.idp.fault(Endpoint::Introspection, fault.clone());
            codes(&logs);
            let reply = server.get("/required", token.as_str()).await;
            let case = format!("{fault:?}");
            assert_is_unavailable(&case, &reply);
            let lines = logs.take();
            let is_rejection = |line: &&Line| line.target == "oidc_runtime::gate";
            let rejected = lines.iter().find(is_rejection);
            assert_eq!(
                rejected.map(|line| line.field("code")),
                Some(*code),
                "{case}"
            );
            let is_told = |line: &Line| {
                let is_warning = line.level.is_some_and(|level| level <= Level::WARN);
                is_warning && line.field("code") == *code && line.field("issuer") == "own"
            };
            assert!(lines.iter().any(is_told), "{case}: {lines:#?}");
            bench.idp.heal();
            until(async || server.get("/required", token.as_str()).await.status == 200).await;
        }
        assert_eq!(scripted.take().len(), 0, "a redirect is followed");
    }
}

/// The answer about another issuer's token is none about this one's.
#[tokio::test]
async fn of_another_issuer() {
    let bench = start().await;
    bench.idp.fault(Endpoint::Introspection, Fault::WrongIssuer);
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let token = opaque(&bench.idp).mint();
            let reply = server.get("/required", token.as_str()).await;
            reply.assert("another issuer", &invalid_token());
        },
    )
    .await;
}

/// Without an endpoint nobody can be asked, which is a mistake of the configuration and told so.
#[tokio::test]
async fn of_a_server_without_the_endpoint() {
    let bench = start().await;
    bench.idp.tamper(Tamper::NoIntrospection);
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(app(), oidc(&bench)));
        let reply = server.get("/required", "opaque").await;
        assert_is_unavailable("no endpoint", &reply);
        let lines = logs.take();
        let told = lines
            .iter()
            .any(|line| line.to_string().contains("introspection_endpoint"));
        assert!(told, "{lines:#?}");
        assert_eq!(calls(&bench.idp), 0);
    }
}

/// Before the discovery document is there, nothing is sent anywhere.
#[tokio::test]
async fn of_a_provider_that_is_away() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let token = opaque(&bench.idp).mint();
            bench.idp.fault(Endpoint::Discovery, Fault::Status(500));
            bench.idp.reset_hits();
            for _ in 0..7 {
                let reply = server.get("/required", token.as_str()).await;
                assert_is_unavailable("no document", &reply);
            }
            assert_eq!(calls(&bench.idp), 0);
            bench.idp.heal();
            until(async || server.get("/required", token.as_str()).await.status == 200).await;
        },
    )
    .await;
}

/// Fails so many times, each time with another token.
async fn fail(server: &Server, case: &str, times: usize) {
    for number in 0..times {
        let token = format!("opaque-{case}-{number}");
        let reply = server.get("/required", token.as_str()).await;
        assert_is_unavailable(case, &reply);
    }
}

/// After five failures in a row, a server is left alone for a while, and is asked again after it.
#[tokio::test]
async fn in_a_row_open_a_breaker() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let good = opaque(&bench.idp).mint();
            let cached = opaque(&bench.idp).mint();
            let get = async |token: &str| server.get("/required", token).await;
            get(&cached).await.assert("before", &ok("alice"));
            bench.idp.fault(Endpoint::Introspection, Fault::Status(500));
            bench.idp.reset_hits();
            let start = Instant::now();
            fail(server, "open", 100).await;
            // One more question for each pause of at least a second that is over.
            let seconds = usize::try_from(start.elapsed().as_secs()).expect("not for ages");
            let asked = calls(&bench.idp);
            assert!((5..=6 + seconds).contains(&asked), "{asked} in {seconds} s");
            get(&cached).await.assert("meanwhile", &ok("alice"));
            get(&bench.good_token()).await.assert("a JWT", &ok("alice"));
            bench.idp.heal();
            until(async || get(&good).await.status == 200).await;
            // It is closed again: four failures do not open it.
            bench.idp.fault(Endpoint::Introspection, Fault::Status(500));
            bench.idp.reset_hits();
            fail(server, "closed", 4).await;
            assert_eq!(calls(&bench.idp), 4);
            bench.idp.heal();
            let another = opaque(&bench.idp).mint();
            get(&another).await.assert("the fifth", &ok("alice"));
        },
    )
    .await;
}

/// Only those in a row count, and tokens that are not valid are no failure of the server.
#[tokio::test]
async fn now_and_then_do_not() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            bench.idp.reset_hits();
            for round in 1..=4 {
                bench.idp.fault(Endpoint::Introspection, Fault::Status(500));
                fail(server, &format!("round-{round}"), 4).await;
                bench.idp.heal();
                let token = match round % 2 {
                    0 => opaque(&bench.idp).audience("another").mint(),
                    _ => format!("stranger-{round}-{}", server.framework),
                };
                let reply = server.get("/required", token.as_str()).await;
                reply.assert("not valid", &invalid_token());
                assert_eq!(calls(&bench.idp), 5 * round);
            }
            for number in 0..20 {
                let token = format!("unknown-{number}-{}", server.framework);
                let reply = server.get("/required", token.as_str()).await;
                reply.assert("unknown", &invalid_token());
            }
            assert_eq!(calls(&bench.idp), 40);
        },
    )
    .await;
}

fn with_partner(bench: &Bench) -> Oidc {
    let partner = bench.idp.other("partner");
    let issuer = Issuer::at(partner.discovery_url()).audience(partner.client_id());
    let issuer = issuer.introspect(Introspect::Opaque).client_secret(SECRET);
    let builder = builder(bench).trust("partner", issuer.token_prefix("ptn_"));
    let built = builder.build();
    built.expect("the configuration is sound")
}

/// The failures of one issuer are not another's.
#[tokio::test]
async fn each_issuer_has_its_own_breaker() {
    let partner = idp().opaque_token_prefix("ptn_");
    let bench = Bench::with(idp().also("partner", partner)).await;
    for_both(
        app(),
        || with_partner(&bench),
        async |server| {
            bench.idp.fault(Endpoint::Introspection, Fault::Status(500));
            fail(server, "own", 20).await;
            let partner = bench.idp.other("partner");
            for _ in 0..5 {
                let token = opaque(partner).mint();
                let reply = server.get("/partner", token.as_str()).await;
                reply.assert("partner", &ok("alice"));
            }
            bench.idp.heal();
        },
    )
    .await;
}

/// The credentials of the application are refused: an operator is told, the client is not at fault.
#[tokio::test]
async fn of_credentials() {
    let bench = start().await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let builder = bench.steady_builder().introspect(Introspect::Opaque);
        let oidc = builder.client_secret("another secret").build();
        let oidc = oidc.expect("the configuration is sound");
        let server = logs.listen(|| start(app(), oidc));
        let token = opaque(&bench.idp).mint();
        let reply = server.get("/required", token.as_str()).await;
        assert_is_unavailable("another secret", &reply);
        assert_eq!(codes(&logs), ["introspection_unauthorized"]);
    }
}

/// A public client of a provider hears about its own tokens, and about no others.
#[tokio::test]
async fn of_a_public_client_there_is_none() {
    let bench = Bench::with(DevIdp::builder()).await;
    let public = || {
        let built = bench
            .steady_builder()
            .introspect(Introspect::Opaque)
            .build();
        built.expect("the configuration is sound")
    };
    for_both(app(), public, async |server| {
        let own = opaque(&bench.idp).mint();
        let reply = server.get("/required", own.as_str()).await;
        reply.assert("its own", &ok("alice"));
        let others = opaque(&bench.idp).claim("client_id", serde_json::json!("x"));
        let others = others.claim("azp", serde_json::json!("x")).mint();
        let reply = server.get("/required", others.as_str()).await;
        reply.assert("another's", &invalid_token());
    })
    .await;
}
