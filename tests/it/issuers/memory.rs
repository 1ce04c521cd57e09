//! What is remembered about a token at one route decides nothing at another.

use oidc::{Oidc, Principal, Tenants};
use oidc_devidp::TokenBuilder;
use serde_json::json;

use super::{NAMES, issuer_denied, oidc, start, token};
use crate::support::reply::{denied, invalid_token, ok};
use crate::support::servers::{App, Server, for_both, for_both_of, guarded_app};

fn app() -> App {
    guarded_app!(
        open(),
        own(issuer = "own"),
        partner(issuer = "partner"),
        admin(roles = "admin"),
        gold(any(
            roles = "admin",
            all(issuer = "partner", claims(tier = "gold"))
        )),
    )
}

const PATHS: [&str; 5] = ["/open", "/own", "/partner", "/admin", "/gold"];

/// Where the token of this issuer's alice is admitted.
fn is_admitted(name: &str, path: &str) -> bool {
    match name {
        "own" => path != "/partner",
        _ => path == "/partner",
    }
}

/// The first request of a token decides nothing about the next, whichever of them comes first.
#[tokio::test]
async fn every_route_may_be_the_first() {
    let bench = start().await;
    for name in ["own", "partner"] {
        for first in PATHS {
            let token = token(&bench, name).claim("first", json!(first)).mint();
            for_both(
                app(),
                || oidc(&bench),
                async |server| {
                    for path in [first].into_iter().chain(PATHS).chain([first]) {
                        let reply = server.get(path, token.as_str()).await;
                        let expected = if is_admitted(name, path) {
                            ok("alice")
                        } else {
                            denied()
                        };
                        reply.assert(&format!("{name}: {path} after {first}"), &expected);
                    }
                },
            )
            .await;
        }
    }
}

/// A token that is forgotten is judged as at first, and one that is not cached is not missed.
#[tokio::test]
async fn forgotten_tokens_are_judged_again() {
    let bench = start().await;
    for start in [Server::axum, Server::actix] {
        let own = bench.good_token();
        let partner = token(&bench, "partner").mint();
        let oidc = oidc(&bench);
        let server = start(app(), oidc.clone());
        let get = async |path, token: &str| server.get(path, token).await.status;
        let forget: [&dyn Fn(); 3] = [
            &|| oidc.evict_token(&partner),
            &|| oidc.evict_token("nothing"),
            &|| oidc.clear_token_cache(),
        ];
        for forget in forget {
            assert_eq!(get("/partner", &partner).await, 200);
            assert_eq!(get("/own", &own).await, 200);
            forget();
            assert_eq!(get("/own", &partner).await, 403);
            assert_eq!(get("/partner", &own).await, 403);
            assert_eq!(get("/partner", &partner).await, 200);
            assert_eq!(get("/own", &own).await, 200);
        }
        // It is verified anew: its key is gone by now.
        let partners = bench.idp.other("partner");
        partners.rotate_keys();
        let new = token(&bench, "partner").mint();
        assert_eq!(get("/partner", &new).await, 200);
        server
            .get("/partner", partner.as_str())
            .await
            .assert("an old key", &invalid_token());
    }
}

#[oidc::required(roles = "admin")]
async fn admin(user: Principal) -> String {
    user.subject().to_owned()
}

/// At a tenant's route the issuer of the tenant need not be named, but at the same handler elsewhere.
#[tokio::test]
async fn a_tenant_lets_in_at_its_own_routes_only() {
    let bench = start().await;
    let axum = |plain: &Oidc| {
        use axum::{Router, routing::get};
        let tenants = plain.for_tenants(Tenants::by_path("tenant"));
        let tenants = Router::new()
            .route("/t/{tenant}/admin", get(admin))
            .with_state(tenants.expect("tenants"));
        let router = Router::new().route("/admin", get(admin));
        router.with_state(plain.clone()).merge(tenants)
    };
    let [on_axum, on_actix] = [oidc(&bench), oidc(&bench)];
    let configure = move |config: &mut actix_web::web::ServiceConfig| {
        use actix_web::web::{get, scope};
        let tenants = on_actix.for_tenants(Tenants::by_path("tenant"));
        let tenants = scope("/t/{tenant}").app_data(tenants.expect("tenants"));
        config
            .app_data(on_actix.clone())
            .service(tenants.route("/admin", get().to(admin)))
            .route("/admin", get().to(admin));
    };
    let tokens = NAMES.map(|name| token(&bench, name));
    let mint = |round: &str| {
        let of_round = |token: TokenBuilder| token.claim("round", json!(round)).mint();
        tokens.clone().map(of_round)
    };
    let router = axum(&on_axum);
    for_both_of(
        || router,
        configure,
        async |server| {
            for first in ["/t/partner/admin", "/admin"] {
                let [_, partner, staff] = mint(first);
                for path in [first, "/admin", "/t/partner/admin", "/admin"] {
                    let expected = match path {
                        "/admin" => issuer_denied(),
                        _ => ok("alice"),
                    };
                    let reply = server.get(path, partner.as_str()).await;
                    reply.assert(&format!("{path} after {first}"), &expected);
                    let expected = match path {
                        "/admin" => ok("alice"),
                        _ => issuer_denied(),
                    };
                    let reply = server.get(path, staff.as_str()).await;
                    reply.assert(&format!("{path} of staff after {first}"), &expected);
                }
            }
        },
    )
    .await;
}
