//! An issuer that is away is missed by its own users only.

use std::time::Duration;

use oidc::Oidc;
use oidc_devidp::{Algorithm, Endpoint, Fault};
use tracing::Level;

use super::{NAMES, oidc, provider, start, token, trusting};
use crate::keys::until;
use crate::support::logs::Logs;
use crate::support::reply::{Expected, invalid_token, ok, unavailable};
use crate::support::servers::{App, Server, for_both, guarded_app};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn app() -> App {
    guarded_app!(every(issuer("own", "partner", "staff")))
}

async fn assert_gets(server: &Server, case: &str, token: &str, expected: &Expected) {
    let reply = server.get("/every", token).await;
    reply.assert(case, expected);
}

fn others(away: &str) -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().filter(move |name| *name != away)
}

#[tokio::test]
async fn from_the_start() {
    let bench = start().await;
    for away in NAMES {
        for_both(
            app(),
            || oidc(&bench),
            async |server| {
                provider(&bench, away).stop();
                for _ in 0..2 {
                    let missed = token(&bench, away).mint();
                    assert_gets(server, away, &missed, &unavailable()).await;
                    for name in others(away) {
                        let case = format!("{name} without {away}");
                        assert_gets(server, &case, &token(&bench, name).mint(), &ok("alice")).await;
                    }
                }
                provider(&bench, away).restart().expect("the port is free");
                let missed = token(&bench, away).mint();
                until(async || server.get("/every", missed.as_str()).await.status == 200).await;
            },
        )
        .await;
    }
}

/// Its last keys serve for a day, for cached tokens as well, and then the others still do.
#[tokio::test]
async fn later() {
    let bench = start().await;
    for away in NAMES {
        for cache_bytes in [0, 1 << 20] {
            let oidc = || -> Oidc {
                let builder = bench.builder().token_cache_bytes(cache_bytes);
                let built = trusting(&bench, builder).build();
                built.expect("the configuration is sound")
            };
            for_both(app(), oidc, async |server| {
                let lasting = NAMES.map(|name| {
                    let token = token(&bench, name).expires_in(7 * 24 * 3600);
                    (name, token.mint())
                });
                for (name, token) in &lasting {
                    assert_gets(server, name, token, &ok("alice")).await;
                }
                provider(&bench, away).stop();
                bench.advance(23 * HOUR);
                for (name, token) in &lasting {
                    let case = format!("{name} without {away} for 23 hours");
                    assert_gets(server, &case, token, &ok("alice")).await;
                }
                bench.advance(2 * HOUR);
                // The keys of the others are fetched again in the background, or now.
                for (name, token) in &lasting {
                    let case = format!("{name} without {away} for 25 hours");
                    let expected = if *name == away {
                        unavailable()
                    } else {
                        ok("alice")
                    };
                    assert_gets(server, &case, token, &expected).await;
                }
                provider(&bench, away).restart().expect("the port is free");
                let (_, missed) = lasting.iter().find(|(name, _)| *name == away).expect("one");
                until(async || server.get("/every", missed.as_str()).await.status == 200).await;
            })
            .await;
        }
    }
}

/// Nobody waits for another issuer's keys.
#[tokio::test]
async fn slow_issuers_hold_up_nobody_else() {
    let bench = start().await;
    for slow in NAMES {
        for_both(
            app(),
            || {
                let builder = bench.builder().timeout(Duration::from_secs(60));
                let built = trusting(&bench, builder).build();
                built.expect("the configuration is sound")
            },
            async |server| {
                provider(&bench, slow).fault(Endpoint::Jwks, Fault::Hold);
                let token_of_slow = token(&bench, slow).mint();
                let waiting = server.get("/every", token_of_slow.as_str());
                let others = async {
                    until(async || provider(&bench, slow).hits(Endpoint::Jwks) > 0).await;
                    for name in others(slow) {
                        let case = format!("{name} while {slow} is slow");
                        assert_gets(server, &case, &token(&bench, name).mint(), &ok("alice")).await;
                    }
                    provider(&bench, slow).heal();
                };
                let (reply, ()) = tokio::join!(waiting, others);
                reply.assert(slow, &ok("alice"));
                provider(&bench, slow).reset_hits();
            },
        )
        .await;
    }
}

/// The discovery document of one issuer cannot speak for another.
#[tokio::test]
async fn who_names_another_issuer_is_unavailable() {
    let bench = start().await;
    let partner = provider(&bench, "partner");
    for start in [Server::axum, Server::actix] {
        for named in [bench.idp.issuer(), "https://attacker.example"] {
            let document = serde_json::json!({
                "issuer": named,
                "jwks_uri": format!("{}/jwks", partner.issuer()),
            });
            partner.fault(Endpoint::Discovery, Fault::Body(document.to_string()));
            let logs = Logs::default();
            let server = logs.listen(|| start(app(), oidc(&bench)));
            let of_partner = token(&bench, "partner");
            let (kid, key) = partner.private_key(Algorithm::Rs256);
            for round in ["first", "second"] {
                let token = of_partner.clone().mint();
                assert_gets(&server, round, &token, &unavailable()).await;
                let in_its_name = bench.idp.token().issuer(named).issued_in(-60);
                let in_its_name = in_its_name.key(&key).kid(kid.as_str()).mint();
                assert_gets(&server, round, &in_its_name, &invalid_token()).await;
                assert_gets(&server, round, &bench.good_token(), &ok("alice")).await;
            }
            let lines = logs.take();
            let warnings = lines.iter().filter(|line| line.level <= Some(Level::WARN));
            let mut warnings = warnings.filter(|line| line.level.is_some());
            let told = |line: &crate::support::logs::Line| {
                let line = line.to_string();
                line.contains("issuer") && line.contains("partner")
            };
            assert!(warnings.any(told), "{lines:#?}");
            partner.heal();
        }
    }
}

/// `discover` waits for the own provider, and for no other.
#[tokio::test]
async fn discovery_waits_for_the_own_provider() {
    let bench = start().await;
    provider(&bench, "partner").fault(Endpoint::Discovery, Fault::Hold);
    let client = oidc(&bench);
    client.discover().await.expect("the own provider runs");
    until(async || provider(&bench, "staff").hits(Endpoint::Jwks) == 1).await;
    provider(&bench, "partner").heal();
    bench.idp.stop();
    let client = oidc(&bench);
    client.discover().await.expect_err("it is away");
}

/// The keys that are fetched ahead serve without a fetch at the first request.
#[tokio::test]
async fn discovery_prepares_all() {
    let bench = start().await;
    let client = oidc(&bench);
    client.discover().await.expect("the provider runs");
    let has_keys = |client: &Oidc| client.health().issuers.iter().all(|issuer| issuer.keys > 0);
    until(async || has_keys(&client)).await;
    let before = NAMES.map(|name| super::fetches(provider(&bench, name)));
    let server = Server::axum(app(), client);
    for name in NAMES {
        assert_gets(&server, name, &token(&bench, name).mint(), &ok("alice")).await;
    }
    assert_eq!(
        before,
        NAMES.map(|name| super::fetches(provider(&bench, name)))
    );
}
