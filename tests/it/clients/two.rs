//! A token of one client opens nothing that another client guards, whatever stands in front.

use actix_web::middleware::from_fn as actix_from_fn;
use actix_web::web;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use oidc::{Oidc, Principal};

use super::{Anybody, Checked, actix_looks, axum_looks};
use crate::support::bench::Bench;
use crate::support::reply::{Expected, invalid_token, ok};
use crate::support::servers::for_both_of;

#[oidc::required]
async fn staff(user: Principal) -> String {
    format!("{} of {}", user.subject(), user.issuer())
}

#[oidc::required]
async fn unseen() -> &'static str {
    "inside of http"
}

async fn plain() -> &'static str {
    "inside of http"
}

async fn unguarded(user: Principal) -> String {
    format!("{} of {}", user.subject(), user.issuer())
}

/// What the routes of the second client are behind.
#[derive(Clone, Copy, Debug)]
enum Front {
    /// A layer of the first client whose check is async.
    Checked,
    /// A layer of the first client.
    Anybody,
    /// A middleware that extracts, with the first client, `Option<Principal>`.
    Middleware,
}

/// Everything that can stand behind it: guards with and without an extractor, an extractor alone,
/// and a layer.
const ROUTES: [&str; 4] = ["/staff", "/unseen", "/unguarded", "/layered"];

fn router(front: Front, first: Oidc, second: &Oidc) -> Router {
    let layered = Router::new().route("/layered", get(plain).layer(second.layer(Anybody)));
    let behind: Router = Router::new()
        .route("/staff", get(staff))
        .route("/unseen", get(unseen))
        .route("/unguarded", get(unguarded))
        .with_state(second.clone())
        .merge(layered);
    match front {
        Front::Checked => behind.layer(first.layer(Checked)),
        Front::Anybody => behind.layer(first.layer(Anybody)),
        Front::Middleware => behind.layer(from_fn_with_state(first, axum_looks)),
    }
}

fn configure(front: Front, first: &Oidc, second: &Oidc, config: &mut web::ServiceConfig) {
    let layered = web::resource("/layered").wrap(second.layer(Anybody));
    let behind = web::scope("")
        .app_data(second.clone())
        .route("/staff", web::get().to(staff))
        .route("/unseen", web::get().to(unseen))
        .route("/unguarded", web::get().to(unguarded))
        .service(layered.route(web::get().to(plain)));
    let area = web::scope("").app_data(first.clone()).service(behind);
    match front {
        Front::Checked => config.service(area.wrap(first.layer(Checked))),
        Front::Anybody => config.service(area.wrap(first.layer(Anybody))),
        Front::Middleware => config.service(area.wrap(actix_from_fn(actix_looks))),
    };
}

/// Sends a token to every route three times, the first time to an application that has just
/// started.
async fn check(
    front: Front,
    clients: impl Fn() -> (Oidc, Oidc),
    token: &str,
    expected: &Expected,
    case: &str,
) {
    for route in ROUTES {
        let (for_axum, for_actix) = (clients(), clients());
        for_both_of(
            move || router(front, for_axum.0, &for_axum.1),
            move |config| configure(front, &for_actix.0, &for_actix.1, config),
            async |server| {
                for attempt in 1..=3 {
                    let reply = server.get(route, token).await;
                    let case = format!("{case}: {route} behind {front:?}, request {attempt}");
                    reply.assert(&case, expected);
                }
            },
        )
        .await;
    }
}

const FRONTS: [Front; 3] = [Front::Checked, Front::Anybody, Front::Middleware];
const CACHES: [u64; 2] = [0, 1 << 20];

fn client(bench: &Bench, audience: &str, cache: u64) -> Oidc {
    let builder = bench.builder().audience(audience).token_cache_bytes(cache);
    builder.build().expect("the configuration is sound")
}

#[tokio::test]
async fn providers() {
    let (customers, staff) = (Bench::start().await, Bench::start().await);
    let mallory = customers.idp.token().sub("mallory").audience("api").mint();
    let alice = staff.idp.token().audience("api").mint();
    for front in FRONTS {
        for cache in CACHES {
            let clients = || {
                (
                    client(&customers, "api", cache),
                    client(&staff, "api", cache),
                )
            };
            let case = format!("a token of the first provider, cache of {cache} bytes");
            check(front, clients, &mallory, &invalid_token(), &case).await;
            if let Front::Middleware = front {
                let case = format!("a token of the second provider, cache of {cache} bytes");
                check(front, clients, &alice, &ok("of http"), &case).await;
            }
        }
    }
}

#[tokio::test]
async fn audiences() {
    let bench = Bench::start().await;
    let outer = bench.idp.token().audience("api").mint();
    let both = bench.idp.token();
    let both = both.claim("aud", serde_json::json!(["api", "admin-api"]));
    let both = both.mint();
    for front in FRONTS {
        for cache in CACHES {
            let clients = || {
                (
                    client(&bench, "api", cache),
                    client(&bench, "admin-api", cache),
                )
            };
            let case = format!("a token for the first audience, cache of {cache} bytes");
            check(front, clients, &outer, &invalid_token(), &case).await;
            let case = format!("a token for both audiences, cache of {cache} bytes");
            check(front, clients, &both, &ok("of http"), &case).await;
        }
    }
}
