//! An MCP server on axum that keeps notes: each tool has its own rule.
//!
//! `cargo run --example mcp` brings its own provider, where users sign in without a password. Add the
//! server to an MCP client as it prints, and let the client keep a note: it opens the browser to sign
//! in. `PORT` says where to listen; the provider is at port 9400.

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
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let url = format!("http://{}/mcp", listener.local_addr()?);
    let provider = DevIdp::builder()
        .registration()
        .scopes(["notes:read", "notes:write"])
        .resources([&*url])
        .start()?;
    let oidc = Oidc::builder()
        .client_id("notes")
        .discovery_url(provider.discovery_url())
        .resource(&*url)
        .resource_name("Notes")
        // Some clients cannot ask for more once they have signed in.
        .challenge_scopes("notes:read notes:write")
        // The MCP Inspector, when it connects directly.
        .browser_clients(["http://localhost:6274"])
        .build()?;

    let server = StreamableHttpService::new(
        || Ok(Notes),
        Arc::<LocalSessionManager>::default(),
        StreamableHttpServerConfig::default(),
    );
    let app = Router::new()
        .nest_service("/mcp", oidc.mcp(server, Reader, Notes::tools()))
        .merge(oidc::metadata!())
        .with_state(oidc);

    println!("Notes at {url}; everybody may add them, only carol may delete them.");
    println!("  claude mcp add --transport http notes {url}");
    println!("  npx @modelcontextprotocol/inspector");
    axum::serve(listener, app).await?;
    Ok(())
}
