//! A small application on actix-web: guarded routes, sign-in endpoints, and a page to try them.
//!
//! `cargo run --example actix` brings its own provider. Set `OIDC_CLIENT_ID` and
//! `OIDC_DISCOVERY_URL` to use yours, `HOST` and `PORT` to listen elsewhere. With `-- --access`
//! it prints who may call what.
//! The same application on axum is in `axum.rs`.

mod demo;

use actix_web::error::{ErrorBadGateway, ErrorServiceUnavailable};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{Data, Json, Path};
use actix_web::{App, HttpResponse, HttpServer, Responder};
use demo::{About, Issued};
use oidc::actix::{Scope, get, post, scope};
use oidc::{Claims, Oidc, Principal, Session};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    if demo::asks_for_access() {
        print!("{}", routes().access());
        return Ok(());
    }
    demo::start_logging();
    let listener = demo::listen();
    let provider = demo::connect(listener.local_addr()?).await;
    let oidc = Data::new(provider.oidc.clone());
    let about = Data::new(provider.about.clone());
    let issued = Data::new(provider.issued.clone());
    let app = move || {
        App::new()
            // The guards find it here; without it they reject every request.
            .app_data(oidc.clone())
            .app_data(about.clone())
            .app_data(issued.clone())
            .wrap(oidc.sessions())
            .wrap(security_headers())
            .service(routes())
    };

    println!("listening on http://{}", listener.local_addr()?);
    HttpServer::new(app).listen(listener)?.run().await
}

/// This scope takes guarded handlers only.
fn routes() -> Scope {
    scope("")
        .route("/api/status", get().to(status))
        .route("/api/greeting", get().to(greeting))
        .route("/api/claims", get().to(claims))
        .route("/api/reports", get().to(reports))
        .route("/api/drafts", get().to(drafts))
        .route("/api/admin", get().to(admin))
        .route("/api/payments", post().to(pay))
        .route("/api/catalogue", get().to(catalogue))
        .route("/api/prices", get().to(prices))
        .route("/api/sessions", get().to(sessions))
        .route("/api/tokens/{kind}", post().to(issue))
        .route("/api/revocation", post().to(revoke))
        .route("/api/qr", post().to(qr))
        .route("/", get().to(index))
        .route("/signed-in", get().to(index))
        .route("/assets/{name}", get().to(asset))
        .service(demo::SIGN_IN)
}

#[oidc::public(reason = "monitoring asks without a token")]
async fn status(about: Data<About>) -> Json<Value> {
    Json(about.status("actix-web"))
}

#[oidc::optional]
async fn greeting(user: Option<Principal>) -> Json<Value> {
    let name = user
        .as_ref()
        .and_then(Principal::name)
        .unwrap_or("stranger");
    Json(json!({ "greeting": format!("Hello, {name}!") }))
}

#[oidc::required]
async fn claims(user: Principal) -> Json<Map<String, Value>> {
    Json(user.claims().clone())
}

#[oidc::required(scopes = "reports:read")]
async fn reports() -> Json<Value> {
    Json(json!({ "reports": ["2026-Q1", "2026-Q2"] }))
}

/// The claims that a handler needs, in its own type.
#[derive(Deserialize)]
struct Author {
    sub: String,
}

#[oidc::required(any(roles = "editor", claims(groups = "admin")))]
async fn drafts(Claims(author): Claims<Author>) -> Json<Value> {
    Json(json!({ "author": author.sub, "drafts": ["On rabbit holes"] }))
}

#[oidc::required(claims(groups = "admin"))]
async fn admin(user: Principal) -> Json<Value> {
    Json(json!({ "admin": user.subject(), "pending_invitations": 3 }))
}

#[derive(Deserialize)]
struct Payment {
    amount: u32,
}

/// Moving money takes a sign-in within the last minute; otherwise the response asks for a new one.
#[oidc::required(max_age = "1m")]
async fn pay(user: Principal, payment: Json<Payment>) -> Json<Value> {
    Json(json!({ "payer": user.subject(), "paid": payment.amount }))
}

/// Users of both providers. `sub` alone would not tell alice from the partner's alice.
#[oidc::required(issuer("own", "partner"))]
async fn catalogue(user: Principal) -> Json<Value> {
    Json(json!({
        "sub": user.subject(),
        "issuer": user.issuer_name(),
        "identity": user.identity().to_string(),
    }))
}

#[oidc::required(issuer = "partner")]
async fn prices() -> Json<Value> {
    Json(json!({ "discount": "20 %" }))
}

#[oidc::public(reason = "the development providers ask nobody for a password")]
async fn issue(issued: Data<Issued>, kind: Path<String>) -> HttpResponse {
    match issued.issue(&kind) {
        Some(token) => HttpResponse::Ok().json(token),
        None => HttpResponse::NotFound().finish(),
    }
}

#[oidc::public(reason = "whoever has a token may give it up")]
async fn revoke(
    issued: Data<Issued>,
    oidc: Data<Oidc>,
    token: String,
) -> actix_web::Result<HttpResponse> {
    let revoked = issued.revoke(&oidc, &token).await;
    revoked.map_err(ErrorBadGateway)?;
    Ok(HttpResponse::NoContent().finish())
}

#[oidc::required(via = "session")]
async fn sessions(
    user: Principal,
    this: Session,
    oidc: Data<Oidc>,
) -> actix_web::Result<Json<Value>> {
    let sessions = demo::list(&oidc, &user, &this).await;
    Ok(Json(sessions.map_err(ErrorServiceUnavailable)?))
}

#[oidc::public(reason = "a device that signs in has no token yet")]
async fn qr(link: String) -> HttpResponse {
    match demo::qr::svg(&link) {
        Some(picture) => HttpResponse::Ok()
            .content_type("image/svg+xml")
            .body(picture),
        None => HttpResponse::BadRequest().finish(),
    }
}

#[oidc::public(reason = "the page shows nothing without a token")]
async fn index() -> impl Responder {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(demo::page::INDEX)
}

#[oidc::public(reason = "the page shows nothing without a token")]
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
