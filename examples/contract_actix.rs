//! The contract app on actix-web: what outside test suites run against.
//!
//! Run with:
//! `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example contract_actix`

mod contract;

use actix_web::{App, HttpServer, web};
use contract::{Echo, Reply};
use oidc::actix::resource;
use serde_json::json;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let oidc = contract::configure();
    let app = move || {
        App::new()
            .app_data(oidc.clone())
            .service(resource("/protected").get(contract::protected))
            .service(resource("/protected-claims").get(contract::protected_claims))
            .service(resource("/protected-bad-claims").get(contract::protected_bad_claims))
            .service(resource("/optional").get(contract::optional))
            .service(resource("/scoped-valid").get(contract::scoped_valid))
            .service(resource("/scoped-single").get(contract::scoped_single))
            .service(resource("/scoped-bad").get(contract::scoped_bad))
            .service(resource("/scoped-partial").get(contract::scoped_partial))
            .service(resource("/scoped-and-claims").get(contract::scoped_and_claims))
            .service(resource("/scoped-ok-claims-bad").get(contract::scoped_ok_claims_bad))
            .service(resource("/scoped-bad-claims-ok").get(contract::scoped_bad_claims_ok))
            .service(resource("/open").get(contract::open))
            .service(resource("/healthz").get(contract::open))
            .service(resource("/echo").post(echo))
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
