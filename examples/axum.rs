//! A small application on axum: guarded routes, sign-in endpoints, and a page to try them.
//!
//! `cargo run --example axum` brings its own provider. Set `OIDC_CLIENT_ID` and
//! `OIDC_DISCOVERY_URL` to use yours, `HOST` and `PORT` to listen elsewhere. With `-- --access`
//! it prints who may call what.
//! The same application on actix-web is in `actix.rs`.

mod demo;

use axum::Json;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use demo::{About, Issued};
use oidc::axum::{Router, get, post};
use oidc::{Claims, Oidc, Principal, Session};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

/// The state of the application. The guards take their part from it, hence `FromRef`.
#[derive(Clone, FromRef)]
struct AppState {
    oidc: Oidc,
    about: About,
    issued: Issued,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    if demo::asks_for_access() {
        print!("{}", routes().access());
        return Ok(());
    }
    demo::start_logging();
    let listener = demo::listen();
    let provider = demo::connect(listener.local_addr()?).await;
    let state = AppState {
        oidc: provider.oidc.clone(),
        about: provider.about.clone(),
        issued: provider.issued.clone(),
    };
    let app = routes().layer(state.oidc.sessions());
    let app: axum::Router = app.with_state(state).into();

    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(shutdown())
        .await
}

/// This router takes guarded handlers only.
fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/status", get(status))
        .route("/api/greeting", get(greeting))
        .route("/api/claims", get(claims))
        .route("/api/reports", get(reports))
        .route("/api/drafts", get(drafts))
        .route("/api/admin", get(admin))
        .route("/api/payments", post(pay))
        .route("/api/catalogue", get(catalogue))
        .route("/api/prices", get(prices))
        .route("/api/sessions", get(sessions))
        .route("/api/tokens/{kind}", post(issue))
        .route("/api/revocation", post(revoke))
        .route("/api/qr", post(qr))
        .route("/", get(index))
        .route("/signed-in", get(index))
        .route("/assets/{name}", get(asset))
        .merge(demo::SIGN_IN)
        .layer(map_response(secure))
}

#[oidc::public(reason = "monitoring asks without a token")]
async fn status(State(about): State<About>) -> Json<Value> {
    Json(about.status("axum"))
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
async fn pay(user: Principal, Json(payment): Json<Payment>) -> Json<Value> {
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
async fn issue(
    State(issued): State<Issued>,
    Path(kind): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    issued.issue(&kind).map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[oidc::public(reason = "whoever has a token may give it up")]
async fn revoke(
    State(issued): State<Issued>,
    State(oidc): State<Oidc>,
    token: String,
) -> Result<StatusCode, StatusCode> {
    let revoked = issued.revoke(&oidc, &token).await;
    revoked.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(StatusCode::NO_CONTENT)
}

#[oidc::required(via = "session")]
async fn sessions(
    user: Principal,
    this: Session,
    State(oidc): State<Oidc>,
) -> Result<Json<Value>, StatusCode> {
    let sessions = demo::list(&oidc, &user, &this).await;
    Ok(Json(sessions.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?))
}

#[oidc::public(reason = "a device that signs in has no token yet")]
async fn qr(link: String) -> Result<impl IntoResponse, StatusCode> {
    let picture = demo::qr::svg(&link).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(([(CONTENT_TYPE, "image/svg+xml")], picture))
}

#[oidc::public(reason = "the page shows nothing without a token")]
async fn index() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-cache")], Html(demo::page::INDEX))
}

#[oidc::public(reason = "the page shows nothing without a token")]
async fn asset(Path(name): Path<String>) -> Result<impl IntoResponse, StatusCode> {
    let (content_type, text) = demo::page::asset(&name).ok_or(StatusCode::NOT_FOUND)?;
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")];
    Ok((headers, text))
}

async fn secure(mut response: Response) -> Response {
    for (name, value) in demo::page::SECURITY_HEADERS {
        let name = HeaderName::from_static(name);
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// Waits for Ctrl-C, or for the signal by which service managers end a program.
async fn shutdown() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
