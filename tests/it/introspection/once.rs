//! One question for a request, however many guards and extractors it passes.

use std::time::Duration;

use oidc::{BearerToken, Claims, Oidc, Principal};
use serde_json::Value;

use super::{SECRET, builder, calls, idp, opaque, start};
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::{App, app, for_both};

#[oidc::policy]
struct AnyUser;

#[oidc::policy(issuer("own", "partner"))]
struct OwnOrPartner;

#[oidc::required(issuer("own", "partner"))]
async fn guarded(
    one: Principal,
    other: Principal,
    Claims(claims): Claims<Value>,
    token: BearerToken,
) -> String {
    assert_eq!(one.subject(), other.subject());
    assert_eq!(claims["sub"], one.subject());
    assert!(!token.secret().is_empty());
    one.subject().to_owned()
}

#[oidc::optional]
async fn optional(one: Option<Principal>, other: Option<Principal>) -> String {
    assert_eq!(one.is_some(), other.is_some());
    one.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

async fn unguarded(one: Principal, other: Principal) -> String {
    assert_eq!(one.subject(), other.subject());
    one.subject().to_owned()
}

const APP: App = App {
    axum: |oidc| {
        use axum::{Router, routing::get};
        let handlers = Router::new()
            .route("/guarded", get(guarded))
            .route("/optional", get(optional))
            .route("/unguarded", get(unguarded));
        let layered = handlers.clone().layer(oidc.layer(OwnOrPartner));
        let layered = layered.layer(oidc.layer(OwnOrPartner));
        let plain = handlers.clone().layer(oidc.layer(AnyUser));
        handlers.nest("/layered", layered).nest("/any", plain)
    },
    actix: |oidc, config| {
        use actix_web::web::{ServiceConfig, get, scope};
        fn handlers(config: &mut ServiceConfig) {
            config
                .route("/guarded", get().to(guarded))
                .route("/optional", get().to(optional))
                .route("/unguarded", get().to(unguarded));
        }
        let layered = scope("/layered").wrap(oidc.layer(OwnOrPartner));
        let layered = layered.wrap(oidc.layer(OwnOrPartner));
        let plain = scope("/any").wrap(oidc.layer(AnyUser));
        config
            .service(layered.configure(handlers))
            .service(plain.configure(handlers));
        handlers(config);
    },
};

const PATHS: [&str; 9] = [
    "/guarded",
    "/optional",
    "/unguarded",
    "/layered/guarded",
    "/layered/optional",
    "/layered/unguarded",
    "/any/guarded",
    "/any/optional",
    "/any/unguarded",
];

/// With every kind of memory, and with none.
fn clients(bench: &Bench) -> [Oidc; 3] {
    let zero = Duration::ZERO;
    [
        builder(bench),
        builder(bench).introspection_cache(zero),
        builder(bench)
            .introspection_cache(zero)
            .token_cache_bytes(0),
    ]
    .map(|builder| builder.build().expect("the configuration is sound"))
}

#[tokio::test]
async fn for_a_good_token() {
    let bench = start().await;
    for client in clients(&bench) {
        for_both(
            APP,
            || client.clone(),
            async |server| {
                for path in PATHS {
                    let token = opaque(&bench.idp).mint();
                    bench.idp.reset_hits();
                    let reply = server.get(path, token.as_str()).await;
                    reply.assert(path, &ok("alice"));
                    assert_eq!(calls(&bench.idp), 1, "{path}");
                }
            },
        )
        .await;
    }
}

#[tokio::test]
async fn for_a_token_that_is_not_valid() {
    let bench = start().await;
    for client in clients(&bench) {
        for_both(
            APP,
            || client.clone(),
            async |server| {
                for path in PATHS {
                    // Such a rejection is not remembered beyond the request.
                    let token = opaque(&bench.idp).audience("another").mint();
                    bench.idp.reset_hits();
                    let reply = server.get(path, token.as_str()).await;
                    match path {
                        "/optional" => reply.assert(path, &ok("nobody")),
                        _ => reply.assert(path, &invalid_token()),
                    }
                    assert_eq!(calls(&bench.idp), 1, "{path}");
                }
            },
        )
        .await;
    }
}

#[tokio::test]
async fn for_a_request_that_fails() {
    let bench = start().await;
    for client in clients(&bench) {
        for_both(
            APP,
            || client.clone(),
            async |server| {
                for path in PATHS {
                    let token = opaque(&bench.idp).mint();
                    let endpoint = oidc_devidp::Endpoint::Introspection;
                    bench.idp.fault(endpoint, oidc_devidp::Fault::Status(500));
                    bench.idp.reset_hits();
                    let reply = server.get(path, token.as_str()).await;
                    let status = if path == "/optional" { 200 } else { 503 };
                    assert_eq!(reply.status, status, "{path}: {reply:?}");
                    assert_eq!(calls(&bench.idp), 1, "{path}");
                    bench.idp.heal();
                    // The next success closes the breaker.
                    let reply = server.get("/guarded", token.as_str()).await;
                    reply.assert("afterwards", &ok("alice"));
                }
            },
        )
        .await;
    }
}

/// For an issuer that is let in by name.
#[tokio::test]
async fn for_another_issuer() {
    let partner = idp().opaque_token_prefix("ptn_");
    let bench = Bench::with(idp().also("partner", partner)).await;
    let at = bench.idp.other("partner");
    let issuer = oidc::Issuer::at(at.discovery_url()).audience(at.client_id());
    let issuer = issuer
        .introspect(oidc::Introspect::Opaque)
        .client_secret(SECRET);
    let issuer = issuer.token_prefix("ptn_");
    for cache_bytes in [0, 1 << 20] {
        let client = || {
            let builder = builder(&bench).trust("partner", issuer.clone());
            let builder = builder.introspection_cache(Duration::ZERO);
            let built = builder.token_cache_bytes(cache_bytes).build();
            built.expect("the configuration is sound")
        };
        for_both(APP, client, async |server| {
            for path in ["/guarded", "/layered/guarded", "/layered/unguarded"] {
                let token = opaque(at).mint();
                at.reset_hits();
                let reply = server.get(path, token.as_str()).await;
                reply.assert(path, &ok("alice"));
                assert_eq!(calls(at), 1, "{path}");
            }
        })
        .await;
    }
}

#[oidc::required(issuer = "own")]
async fn own(one: Principal, other: Principal, token: BearerToken) -> String {
    assert_eq!(one.subject(), other.subject());
    assert!(!token.secret().is_empty());
    one.subject().to_owned()
}

#[oidc::required(issuer = "partner")]
async fn partner(one: Principal, other: Principal, token: BearerToken) -> String {
    own(oidc::Guard::insecure_unchecked(), one, other, token).await
}

/// If the route decides who is asked, those behind its guard ask nobody else.
#[tokio::test]
async fn for_an_issuer_that_the_route_names() {
    let bench = Bench::with(idp().also("partner", idp())).await;
    let at = bench.idp.other("partner");
    let issuer = oidc::Issuer::at(at.discovery_url()).audience(at.client_id());
    let issuer = issuer
        .introspect(oidc::Introspect::Opaque)
        .client_secret(SECRET);
    for (cache_bytes, seconds) in [(0, 0), (0, 30), (1 << 20, 0), (1 << 20, 30)] {
        let client = || {
            let builder = builder(&bench).trust("partner", issuer.clone());
            let builder = builder.introspection_cache(Duration::from_secs(seconds));
            let built = builder.token_cache_bytes(cache_bytes).build();
            built.expect("the configuration is sound")
        };
        for_both(app!(own, partner), client, async |server| {
            for (path, named, other) in [("/own", &bench.idp, at), ("/partner", at, &bench.idp)] {
                let token = opaque(named).mint();
                for _ in 0..2 {
                    named.reset_hits();
                    other.reset_hits();
                    let reply = server.get(path, token.as_str()).await;
                    reply.assert(path, &ok("alice"));
                    assert!(calls(named) <= 1, "{path}");
                    assert_eq!(calls(other), 0, "{path}");
                }
            }
        })
        .await;
    }
}
