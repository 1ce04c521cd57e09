//! The contract app on actix-web: what outside test suites run against.
//!
//! Run with:
//! `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example contract_actix`. With `-- --access` it
//! prints who may call what, and with `-- --check` which rules name unknown issuers.

mod contract;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use contract::api::{self, Echo};
use contract::caller::Caller;
use contract::clock::{self, Advance};
use contract::{Administrator, Clients, Notes, Reader, Reply, issuers, notes_api};
use oidc::actix::{Scope, resource, scope};
use oidc::{McpLayer, Oidc};
use rmcp_actix_web::transport::{LocalSessionManager, StreamableHttpService};
use serde_json::json;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let clients = contract::configure();
    let servers = servers(&clients);
    let access = routes(&clients, &servers).access();
    if contract::prints(&clients, &access) {
        return Ok(());
    }
    let discovered = clients.notes.clone();
    actix_web::rt::spawn(async move { discovered.discover().await });
    let app = move || {
        App::new()
            .app_data(clients.notes.clone())
            .service(routes(&clients, &servers))
    };

    // Event streams have no end of their own.
    let server = HttpServer::new(app)
        .shutdown_timeout(1)
        .bind(contract::address())?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    server.run().await
}

fn routes(clients: &Clients, servers: &[McpServer]) -> Scope {
    let routes = scope("")
        .service(resource("/protected").get(api::protected))
        .service(resource("/protected-claims").get(api::protected_claims))
        .service(resource("/protected-bad-claims").get(api::protected_bad_claims))
        .service(resource("/optional").get(api::optional))
        .service(resource("/scoped-valid").get(api::scoped_valid))
        .service(resource("/scoped-single").get(api::scoped_single))
        .service(resource("/scoped-bad").get(api::scoped_bad))
        .service(resource("/scoped-partial").get(api::scoped_partial))
        .service(resource("/scoped-and-claims").get(api::scoped_and_claims))
        .service(resource("/scoped-ok-claims-bad").get(api::scoped_ok_claims_bad))
        .service(resource("/scoped-bad-claims-ok").get(api::scoped_bad_claims_ok))
        .service(resource("/open").get(api::open))
        .service(resource("/healthz").get(api::open))
        .service(resource("/echo").post(echo))
        .service(resource("/who").get(notes_api::who))
        .service(resource("/maybe").get(notes_api::maybe))
        .service(resource("/read").get(notes_api::read))
        .service(resource("/write").get(notes_api::write))
        .service(resource("/any").get(notes_api::any))
        .service(resource("/admin").get(notes_api::admin))
        .service(resource("/step-up").get(notes_api::step_up))
        .service(resource("/runs").get(notes_api::runs))
        .service(resource("/partner").get(issuers::partner))
        .service(resource("/both").get(issuers::both))
        .service(resource("/staff").get(issuers::staff))
        .service(resource("/partner/read").get(issuers::partner_read))
        .service(resource("/nobody").get(issuers::nobody))
        .service(resource("/gold").get(issuers::gold))
        .service(resource("/health").get(health))
        .service(resource("/_clock").post(move_clock))
        .service(tenant("/t/{tenant}/who", &clients.by_path))
        .service(tenant("/tenant/who", &clients.by_host))
        .service(oidc::metadata!())
        .service(scope(&contract::prefix()).service(contract::SIGN_IN));
    servers.iter().fold(routes, |routes, server| {
        routes.mcp(
            server.path,
            server.guard.clone(),
            server.notes.clone().scope(),
        )
    })
}

/// A route whose users come from the issuer of a tenant.
fn tenant(path: &str, oidc: &Oidc) -> Scope {
    scope(path)
        .app_data(oidc.clone())
        .service(resource("").get(notes_api::who))
}

/// An MCP server; all workers share its sessions.
#[derive(Clone)]
struct McpServer {
    path: &'static str,
    guard: McpLayer,
    notes: StreamableHttpService<Notes>,
}

fn servers(clients: &Clients) -> Vec<McpServer> {
    let Clients { notes, admin, .. } = clients;
    let notes = notes.mcp_layer(Reader, Notes::tools());
    let admin = admin.as_ref();
    let admin = admin.map(|admin| admin.mcp_layer(Administrator, Notes::tools()));
    let guards = [("/mcp", Some(notes)), ("/admin/mcp", admin)];
    let guards = guards
        .into_iter()
        .filter_map(|(path, guard)| Some((path, guard?)));
    guards
        .map(|(path, guard)| McpServer {
            path,
            guard,
            notes: server(),
        })
        .collect()
}

fn server() -> StreamableHttpService<Notes> {
    StreamableHttpService::builder()
        .service_factory(Arc::new(|| Ok(Notes)))
        .session_manager(Arc::<LocalSessionManager>::default())
        .on_request_fn(|request, extensions| {
            let headers = request.headers();
            extensions.insert(Caller::new(request, |name| headers.contains_key(name)));
        })
        .build()
}

#[oidc::public(reason = "tells which issuers are away, and names nobody")]
async fn health(request: HttpRequest) -> Option<Reply> {
    request.app_data().map(issuers::health)
}

#[oidc::public(reason = "for tests; not there without TEST_HOOKS")]
async fn move_clock(advance: web::Json<Advance>) -> HttpResponse {
    let status = if !clock::has_hooks() {
        StatusCode::NOT_FOUND
    } else if clock::move_by(&advance) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::BAD_REQUEST
    };
    HttpResponse::new(status)
}

#[oidc::required]
async fn echo(echo: web::Json<Echo>) -> Reply {
    Reply(json!({ "n": echo.n }))
}
