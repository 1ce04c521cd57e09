//! A small application on actix-web: guarded routes, sign-in endpoints, and a page to try them.
//!
//! `cargo run --example actix` brings its own provider. Set `OIDC_CLIENT_ID` and
//! `OIDC_DISCOVERY_URL` to use yours, `HOST` and `PORT` to listen elsewhere.
//! The same application on axum is in `axum.rs`.

mod demo;

use std::time::Instant;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer, Responder, get, post, routes};
use oidc::{Claims, IdToken};
use serde::Deserialize;
use serde_json::{Map, Value, json};

struct About {
    embedded_provider: bool,
    started: Instant,
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    demo::start_logging();
    let listener = demo::listen();
    let provider = demo::connect();
    let about = Data::new(About {
        embedded_provider: provider.is_embedded(),
        started: Instant::now(),
    });
    let oidc = provider.oidc.clone();
    let app = move || {
        App::new()
            // The guards find it here; without it they refuse every request.
            .app_data(oidc.clone())
            .app_data(about.clone())
            .wrap(security_headers())
            .configure(services)
    };

    println!("listening on http://{}", listener.local_addr()?);
    HttpServer::new(app).listen(listener)?.run().await
}

fn services(config: &mut ServiceConfig) {
    config
        .service(status)
        .service(greeting)
        .service(claims)
        .service(reports)
        .service(drafts)
        .service(admin)
        .service(pay)
        .service(qr)
        .service(page)
        .service(asset)
        // Sign-in, token, device, sign-out and userinfo endpoints below /api/auth/v2.
        .service(oidc::routes!(prefix = "/api"));
}

#[oidc::public(reason = "monitoring asks without a token")]
#[get("/api/status")]
async fn status(about: Data<About>) -> Json<Value> {
    Json(json!({
        "framework": "actix-web",
        "embedded_provider": about.embedded_provider,
        "uptime_seconds": about.started.elapsed().as_secs(),
    }))
}

#[oidc::optional]
#[get("/api/greeting")]
async fn greeting(user: Option<IdToken>) -> Json<Value> {
    let name = user.as_ref().and_then(IdToken::name).unwrap_or("stranger");
    Json(json!({ "greeting": format!("Hello, {name}!") }))
}

#[oidc::required]
#[get("/api/claims")]
async fn claims(user: IdToken) -> Json<Map<String, Value>> {
    Json(user.claims().clone())
}

#[oidc::required(scopes = "reports:read")]
#[get("/api/reports")]
async fn reports() -> Json<Value> {
    Json(json!({ "reports": ["2026-Q1", "2026-Q2"] }))
}

/// The claims that a handler needs, in its own type.
#[derive(Deserialize)]
struct Author {
    sub: String,
}

#[oidc::required(any(roles = "editor", claims(groups = "admin")))]
#[get("/api/drafts")]
async fn drafts(Claims(author): Claims<Author>) -> Json<Value> {
    Json(json!({ "author": author.sub, "drafts": ["On rabbit holes"] }))
}

#[oidc::required(claims(groups = "admin"))]
#[get("/api/admin")]
async fn admin(user: IdToken) -> Json<Value> {
    Json(json!({ "admin": user.subject(), "pending_invitations": 3 }))
}

#[derive(Deserialize)]
struct Payment {
    amount: u32,
}

/// Moving money takes a sign-in of the last minute; otherwise the answer asks for a new one.
#[oidc::required(max_age = "1m")]
#[post("/api/payments")]
async fn pay(user: IdToken, payment: Json<Payment>) -> Json<Value> {
    Json(json!({ "payer": user.subject(), "paid": payment.amount }))
}

#[oidc::public(reason = "a device that signs in has no token yet")]
#[post("/api/qr")]
async fn qr(link: String) -> HttpResponse {
    match demo::qr::svg(&link) {
        Some(picture) => HttpResponse::Ok()
            .content_type("image/svg+xml")
            .body(picture),
        None => HttpResponse::BadRequest().finish(),
    }
}

#[oidc::public(reason = "the page shows nothing without a token")]
#[routes]
#[get("/")]
#[get("/signed-in")]
async fn page() -> impl Responder {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(demo::page::INDEX)
}

#[oidc::public(reason = "the page shows nothing without a token")]
#[get("/assets/{name}")]
async fn asset(name: Path<String>) -> HttpResponse {
    match demo::page::asset(&name) {
        Some((content_type, text)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, content_type))
            .insert_header((CACHE_CONTROL, "no-cache"))
            .body(text),
        None => HttpResponse::NotFound().finish(),
    }
}

fn security_headers() -> DefaultHeaders {
    demo::page::SECURITY_HEADERS
        .into_iter()
        .fold(DefaultHeaders::new(), DefaultHeaders::add)
}
