//! The contract app on actix-web: what outside test suites run against.
//!
//! Run with:
//! `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example contract_actix`

mod contract;

use actix_web::web::{self, get, post};
use actix_web::{App, HttpServer};
use contract::{Echo, Reply};
use serde_json::json;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let oidc = contract::configure();
    let app = move || {
        App::new()
            .app_data(oidc.clone())
            .route("/protected", get().to(contract::protected))
            .route("/protected-claims", get().to(contract::protected_claims))
            .route(
                "/protected-bad-claims",
                get().to(contract::protected_bad_claims),
            )
            .route("/optional", get().to(contract::optional))
            .route("/scoped-valid", get().to(contract::scoped_valid))
            .route("/scoped-single", get().to(contract::scoped_single))
            .route("/scoped-bad", get().to(contract::scoped_bad))
            .route("/scoped-partial", get().to(contract::scoped_partial))
            .route("/scoped-and-claims", get().to(contract::scoped_and_claims))
            .route(
                "/scoped-ok-claims-bad",
                get().to(contract::scoped_ok_claims_bad),
            )
            .route(
                "/scoped-bad-claims-ok",
                get().to(contract::scoped_bad_claims_ok),
            )
            .route("/open", get().to(contract::open))
            .route("/healthz", get().to(contract::open))
            .route("/echo", post().to(echo))
            .service(web::scope(&contract::prefix()).service(oidc::routes!()))
    };

    let server = HttpServer::new(app).bind(contract::address())?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    server.run().await
}

#[oidc::required]
async fn echo(echo: web::Json<Echo>) -> Reply {
    Reply(json!({ "n": echo.n }))
}
