//! `/bare` and `/guarded` on actix-web with oidc-guard.

use std::env::var;

use actix_web::{App, HttpServer, get};
use oidc::Oidc;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let oidc = Oidc::builder()
        .client_id(var("BENCH_AUDIENCE").unwrap())
        .discovery_url(var("BENCH_DISCOVERY").unwrap())
        .build()
        .unwrap();
    HttpServer::new(move || {
        App::new()
            .app_data(oidc.clone())
            .service(bare)
            .service(guarded)
    })
    .workers(1)
    .bind(var("BENCH_LISTEN").unwrap())?
    .run()
    .await
}

#[get("/bare")]
async fn bare() -> &'static str {
    "ok"
}

#[oidc::required]
#[get("/guarded")]
async fn guarded() -> &'static str {
    "ok"
}
