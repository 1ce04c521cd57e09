//! The contract app on axum: what outside test suites run against.
//!
//! Run with:
//! `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example contract_axum`. With `-- --access` it
//! prints who may call what, and with `-- --check` which rules name unknown issuers.

mod contract;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::api::{self, Echo};
use contract::clock::{self, Advance};
use contract::{Administrator, Clients, Notes, Reader, Reply, issuers, notes_api};
use oidc::Oidc;
use oidc::axum::{Router, get, post};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> std::io::Result<()> {
    let runtime = Runtime::new()?;
    let served = runtime.block_on(serve());
    // Event streams have no end of their own.
    runtime.shutdown_background();
    served
}

async fn serve() -> std::io::Result<()> {
    let clients = contract::configure();
    let router = routes()
        .merge(sign_in())
        .merge(mcp(&clients))
        .merge(tenants(&clients))
        .merge(oidc::metadata!());
    let access = router.access();
    if contract::prints(&clients, &access) {
        return Ok(());
    }
    let discovered = clients.notes.clone();
    tokio::spawn(async move { discovered.discover().await });
    let app: axum::Router = router.with_state(clients.notes).into();

    let listener = TcpListener::bind(contract::address()).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        served = axum::serve(listener, app) => served,
        _ = terminate.recv() => Ok(()),
    }
}

fn routes() -> Router<Oidc> {
    Router::new()
        .route("/protected", get(api::protected))
        .route("/protected-claims", get(api::protected_claims))
        .route("/protected-bad-claims", get(api::protected_bad_claims))
        .route("/optional", get(api::optional))
        .route("/scoped-valid", get(api::scoped_valid))
        .route("/scoped-single", get(api::scoped_single))
        .route("/scoped-bad", get(api::scoped_bad))
        .route("/scoped-partial", get(api::scoped_partial))
        .route("/scoped-and-claims", get(api::scoped_and_claims))
        .route("/scoped-ok-claims-bad", get(api::scoped_ok_claims_bad))
        .route("/scoped-bad-claims-ok", get(api::scoped_bad_claims_ok))
        .route("/open", get(api::open))
        .route("/healthz", get(api::open))
        .route("/echo", post(echo))
        .route("/who", get(notes_api::who))
        .route("/maybe", get(notes_api::maybe))
        .route("/read", get(notes_api::read))
        .route("/write", get(notes_api::write))
        .route("/any", get(notes_api::any))
        .route("/admin", get(notes_api::admin))
        .route("/step-up", get(notes_api::step_up))
        .route("/runs", get(notes_api::runs))
        .route("/partner", get(issuers::partner))
        .route("/both", get(issuers::both))
        .route("/staff", get(issuers::staff))
        .route("/partner/read", get(issuers::partner_read))
        .route("/nobody", get(issuers::nobody))
        .route("/gold", get(issuers::gold))
        .route("/health", get(health))
        .route("/_clock", post(move_clock))
}

/// The sign-in routes; axum does not nest below nothing.
fn sign_in() -> Router<Oidc> {
    match contract::prefix().as_str() {
        "" => Router::new().merge(contract::SIGN_IN),
        prefix => Router::new().nest(prefix, contract::SIGN_IN),
    }
}

/// Routes whose users come from the issuer of a tenant.
fn tenants(clients: &Clients) -> Router<Oidc> {
    let by_path = Router::new().route("/t/{tenant}/who", get(notes_api::who));
    let by_host = Router::new().route("/tenant/who", get(notes_api::who));
    by_path
        .with_state(clients.by_path.clone())
        .merge(by_host.with_state(clients.by_host.clone()))
}

fn mcp(clients: &Clients) -> Router<Oidc> {
    let Clients { notes, admin, .. } = clients;
    let router = Router::new().nest_mcp("/mcp", notes.mcp(server(), Reader, Notes::tools()));
    match admin {
        Some(admin) => router.nest_mcp(
            "/admin/mcp",
            admin.mcp(server(), Administrator, Notes::tools()),
        ),
        None => router,
    }
}

fn server() -> StreamableHttpService<Notes, LocalSessionManager> {
    StreamableHttpService::new(
        || Ok(Notes),
        Arc::<LocalSessionManager>::default(),
        StreamableHttpServerConfig::default(),
    )
}

#[oidc::public(reason = "tells which issuers are away, and names nobody")]
async fn health(State(oidc): State<Oidc>) -> Reply {
    issuers::health(&oidc)
}

#[oidc::public(reason = "for tests; not there without TEST_HOOKS")]
async fn move_clock(Json(advance): Json<Advance>) -> StatusCode {
    if !clock::has_hooks() {
        StatusCode::NOT_FOUND
    } else if clock::move_by(&advance) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::BAD_REQUEST
    }
}

#[oidc::required]
async fn echo(Json(Echo { n }): Json<Echo>) -> Reply {
    Reply(json!({ "n": n }))
}
