//! The contract app on axum: what outside test suites run against.
//!
//! Run with:
//! `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example contract_axum`. With `-- --access` it
//! prints who may call what.

mod contract;

use std::sync::Arc;

use axum::Json;
use contract::api::{self, Echo};
use contract::{Administrator, Notes, Reader, Reply, Resources, notes_api};
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
    let resources = contract::configure();
    let router = routes()
        .merge(sign_in())
        .merge(mcp(&resources))
        .merge(oidc::metadata!());
    if contract::asks_for_access() {
        print!("{}", router.access());
        return Ok(());
    }
    let app: axum::Router = router.with_state(resources.notes).into();

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
}

/// The sign-in routes; axum does not nest below nothing.
fn sign_in() -> Router<Oidc> {
    match contract::prefix().as_str() {
        "" => Router::new().merge(oidc::routes!()),
        prefix => Router::new().nest(prefix, oidc::routes!()),
    }
}

fn mcp(resources: &Resources) -> Router<Oidc> {
    let Resources { notes, admin } = resources;
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

#[oidc::required]
async fn echo(Json(Echo { n }): Json<Echo>) -> Reply {
    Reply(json!({ "n": n }))
}
