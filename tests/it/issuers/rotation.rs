//! One issuer replaces its keys: the others are neither asked nor affected.

use std::time::Duration;

use oidc_devidp::Endpoint;

use super::{NAMES, oidc, provider, start, token};
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::{App, Server, for_both, guarded_app};

fn app() -> App {
    guarded_app!(every(issuer("own", "partner", "staff")))
}

fn hits(bench: &Bench) -> [usize; 3] {
    NAMES.map(|name| provider(bench, name).hits(Endpoint::Jwks))
}

fn reset(bench: &Bench) {
    for name in NAMES {
        provider(bench, name).reset_hits();
    }
}

/// One more fetch, at the issuer that has new keys.
#[tokio::test]
async fn of_one() {
    let bench = start().await;
    for rotated in NAMES {
        for_both(
            app(),
            || oidc(&bench),
            async |server| {
                let get = async |token: &str| server.get("/every", token).await;
                let old = NAMES.map(|name| token(&bench, name).mint());
                for token in &old {
                    get(token).await.assert("before", &ok("alice"));
                }
                reset(&bench);
                provider(&bench, rotated).rotate_keys();
                let new = token(&bench, rotated).sub("bob").mint();
                get(&new).await.assert("a new key", &ok("bob"));
                assert_eq!(hits(&bench), NAMES.map(|name| usize::from(name == rotated)));
                for (name, token) in NAMES.into_iter().zip(&old) {
                    let expected = if name == rotated {
                        invalid_token()
                    } else {
                        ok("alice")
                    };
                    let case = format!("of {name}, after a rotation at {rotated}");
                    get(token).await.assert(&case, &expected);
                }
            },
        )
        .await;
    }
}

/// The cool-down of one issuer is not another's.
#[tokio::test]
async fn after_a_flood_of_invented_names_for_keys_of_another() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            let get = async |token: &str| server.get("/every", token).await;
            for name in NAMES {
                get(&token(&bench, name).mint())
                    .await
                    .assert(name, &ok("alice"));
            }
            reset(&bench);
            flood(server, &bench, "partner").await;
            let [own, partner, staff] = hits(&bench);
            assert!((1..=2).contains(&partner), "{partner} fetches");
            assert_eq!((own, staff), (0, 0));
            bench.idp.rotate_keys();
            let new = bench.idp.token().sub("bob").mint();
            get(&new).await.assert("a new key of own", &ok("bob"));
            flood(server, &bench, "partner").await;
            assert_eq!(hits(&bench), [1, partner, 0]);
            // And the flood does not hold up the flooded issuer for long.
            provider(&bench, "partner").rotate_keys();
            bench.advance(Duration::from_secs(11));
            let new = token(&bench, "partner").sub("bob").mint();
            get(&new).await.assert("a new key of partner", &ok("bob"));
            assert_eq!(hits(&bench), [1, partner + 1, 0]);
        },
    )
    .await;
}

async fn flood(server: &Server, bench: &Bench, name: &str) {
    for number in 0..200 {
        let kid = format!("invented-{number}");
        let token = token(bench, name).kid(kid.as_str()).issued_in(-60).mint();
        let reply = server.get("/every", token.as_str()).await;
        reply.assert(&kid, &invalid_token());
    }
}
