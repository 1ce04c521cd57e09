//! A rejection is logged once, however many extractors and middlewares read the request.

use actix_web::middleware::from_fn as actix_from_fn;
use actix_web::web;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use oidc::{BearerToken, Principal};

use crate::clients::{actix_looks, axum_looks};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::servers::{App, Server};

async fn single(user: Principal) -> String {
    user.subject().to_owned()
}

async fn several(_: Option<Principal>, user: Principal, _: BearerToken) -> String {
    user.subject().to_owned()
}

#[oidc::required]
async fn guarded(user: Principal, _: BearerToken) -> String {
    user.subject().to_owned()
}

const APP: App = App {
    axum: |oidc| {
        let routes = Router::new()
            .route("/single", get(single))
            .route("/several", get(several))
            .route("/guarded", get(guarded));
        let looks = from_fn_with_state(oidc.clone(), axum_looks);
        routes.clone().nest("/behind", routes.layer(looks))
    },
    actix: |_, config| {
        let routes = |config: &mut web::ServiceConfig| {
            config
                .route("/single", web::get().to(single))
                .route("/several", web::get().to(several))
                .route("/guarded", web::get().to(guarded));
        };
        let behind = web::scope("/behind").wrap(actix_from_fn(actix_looks));
        config.configure(routes).service(behind.configure(routes));
    },
};

#[tokio::test]
async fn for_all_extractors_and_middlewares() {
    let bench = Bench::start().await;
    let cases = [
        (
            "token_expired",
            Some(bench.idp.token().expires_in(-60).mint()),
        ),
        ("signature_invalid", Some(bench.idp.token().mint() + "AA")),
        ("credentials_missing", None),
    ];
    for start in [Server::axum, Server::actix] {
        for cache in [0, 1 << 20] {
            let logs = Logs::default();
            let oidc = bench
                .builder()
                .token_cache_bytes(cache)
                .build()
                .expect("sound");
            let server = logs.listen(|| start(APP, oidc));
            for front in ["", "/behind"] {
                for handler in ["single", "several", "guarded"] {
                    for (code, token) in &cases {
                        logs.take();
                        let path = format!("{front}/{handler}");
                        let reply = server.get(&path, token.as_deref()).await;
                        assert_eq!(reply.status, 401, "{path}: {reply:?}");
                        let lines = logs.take();
                        let rejections = lines
                            .iter()
                            .filter(|line| line.target == "oidc_runtime::gate")
                            .map(|line| line.field("code"));
                        let case = format!("{path} on {}", server.framework);
                        assert_eq!(rejections.collect::<Vec<_>>(), [*code], "{case}");
                    }
                }
            }
        }
    }
}
