//! An application with browser sessions on axum: what outside test suites run against.
//!
//! Run with: `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example session_axum`; the stores need
//! their features, `--features sqlite,postgres,redis`. The same application on actix-web is in
//! `session_actix.rs`.

mod session;

use axum::Json;
use axum::extract::{Path, Query, State};
use oidc::axum::{Router, delete, get, post};
use oidc::{Oidc, Principal, Session, SessionError};
use serde_json::Value;
use session::{Hit, Hooks, Item, Reply, SIGN_IN, Slowness};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> std::io::Result<()> {
    let runtime = Runtime::new()?;
    let served = runtime.block_on(serve());
    // Neither open connections nor a store that waits for a lock delay the end.
    runtime.shutdown_background();
    served
}

async fn serve() -> std::io::Result<()> {
    let oidc = session::configure();
    if std::env::args().any(|argument| argument == "--access") {
        print!("{}", router().access());
        return Ok(());
    }
    let mut router = router();
    if session::has_layer() {
        router = router.layer(oidc.sessions());
    }
    let app: axum::Router = router.with_state(oidc).into();

    let listener = TcpListener::bind(session::address()).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        served = axum::serve(listener, app) => served,
        _ = terminate.recv() => Ok(()),
    }
}

fn router() -> Router<Oidc> {
    let router = Router::new()
        .route("/healthz", get(session::healthz))
        .route("/", get(session::index).post(session::index))
        .route("/me", get(me).post(count))
        .route("/scoped", get(session::scoped))
        .route("/roles", get(session::roles))
        .route("/department", get(session::department))
        .route("/not-suspended", get(session::not_suspended))
        .route("/gold", get(session::gold))
        .route("/fresh", get(session::fresh).post(session::fresh))
        .route("/api-only", get(session::api_only))
        .route("/web-only", get(session::web_only))
        .route("/token", get(session::token))
        .route("/basket", get(session::basket).post(add))
        .route("/slow", get(slow))
        .route("/socket", get(session::socket))
        .route("/cached", get(session::cached))
        .route("/sessions", get(list))
        .route("/sessions/{id}", delete(end))
        .route("/sign-out-everywhere", post(sign_out_everywhere))
        .merge(SIGN_IN);
    if !Hooks::are_on() {
        return router;
    }
    router
        .route("/_clock", post(advance))
        .route("/_end", post(end_all))
        .route("/_sweep", post(sweep))
        .route("/_hits", get(hits))
}

#[oidc::required]
async fn me(user: Principal, session: Option<Session>) -> Reply {
    session::me(&user, session.as_ref())
}

#[oidc::required]
async fn count(user: Principal, session: Option<Session>, Json(hit): Json<Hit>) -> Reply {
    session::count(&hit);
    session::me(&user, session.as_ref())
}

#[oidc::required(via = "session")]
async fn add(session: Session, Json(item): Json<Item>) -> Result<Reply, SessionError> {
    session::add(&session, &item.add).await
}

#[oidc::required]
async fn slow(session: Option<Session>, Query(slowness): Query<Slowness>) -> Reply {
    session::wait(session.as_ref(), &slowness).await
}

#[oidc::required]
async fn list(user: Principal, State(oidc): State<Oidc>) -> Reply {
    session::list(&oidc, &user).await
}

#[oidc::required]
async fn end(user: Principal, State(oidc): State<Oidc>, Path(id): Path<String>) -> Reply {
    session::end(&oidc, &user, &id).await
}

#[oidc::required]
async fn sign_out_everywhere(user: Principal, State(oidc): State<Oidc>) -> Reply {
    session::sign_out_everywhere(&oidc, &user).await
}

#[oidc::public(reason = "moves the clock in tests")]
async fn advance(Json(body): Json<Value>) -> Reply {
    Hooks::advance(&body)
}

#[oidc::public(reason = "ends sessions in tests")]
async fn end_all(State(oidc): State<Oidc>, Json(body): Json<Value>) -> Reply {
    Hooks::end(&oidc, &body).await
}

#[oidc::public(reason = "sweeps the store in tests")]
async fn sweep(State(oidc): State<Oidc>) -> Reply {
    Hooks::sweep(&oidc).await
}

#[oidc::public(reason = "shows a counter in tests")]
async fn hits() -> Reply {
    Hooks::hits()
}
