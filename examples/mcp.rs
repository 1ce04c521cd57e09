//! An MCP server on axum that keeps notes: reading takes one permission, writing another.
//!
//! `cargo run --example mcp` brings its own provider, where users sign in without a password. Add the
//! server to a client as it prints, and ask for a note: the client opens the browser to sign in, and
//! once more when it first writes.

mod notes;

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use notes::Notes;
use oidc::Oidc;
use oidc_devidp::DevIdp;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;

/// What every request to the server needs.
#[oidc::policy(scopes = "notes:read")]
struct Reader;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:8000").await?;
    let url = "http://127.0.0.1:8000/mcp";
    let provider = DevIdp::builder()
        .registration()
        .scopes(["notes:read", "notes:write"])
        .resources([url])
        .start()?;
    let oidc = Oidc::builder()
        .client_id("notes")
        .discovery_url(provider.discovery_url())
        .resource(url)
        .resource_name("Notes")
        // The Inspector, if it connects without its proxy.
        .browser_clients(["http://localhost:6274"])
        .build()?;

    let sessions = Arc::<LocalSessionManager>::default();
    let server = StreamableHttpService::new(
        || Ok(Notes),
        sessions,
        StreamableHttpServerConfig::default(),
    );
    let app = Router::new()
        .nest_service("/mcp", oidc.mcp(server, Reader, Notes::tools()))
        .merge(oidc::metadata!())
        .with_state(oidc);

    println!("Notes at {url}; add them to a client:");
    println!("  claude mcp add --transport http notes {url}");
    println!("  npx @modelcontextprotocol/inspector --transport http --server-url {url}");
    axum::serve(listener, app).await?;
    Ok(())
}
