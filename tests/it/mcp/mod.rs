//! MCP servers behind their guard, and the metadata of protected resources.

mod access;
mod bodies;
mod challenges;
mod clients;
mod conformance;
mod cookies;
mod differential;
mod metadata;
mod middleware;
mod npm_provider;
mod origins;
mod refresh;
mod rust_client;
mod sessions;
mod tools;

use actix_web::{HttpRequest, HttpResponse};
use axum::body::Bytes;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use oidc::{Oidc, Principal, Tools};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

pub(crate) use self::bodies::status_of;
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{App, Server};

const RESOURCE: &str = "https://notes.example/mcp";
const METADATA: &str = "https://notes.example/.well-known/oauth-protected-resource/mcp";

oidc::scopes! {
    mod scope {
        READ = "notes:read",
        WRITE = "notes:write" implies READ,
    }
}

#[oidc::policy(scopes = scope::READ)]
pub(crate) struct Reader;

#[oidc::policy(scopes = scope::WRITE)]
struct Writer;

#[oidc::policy(roles = "admin")]
struct Admin;

#[oidc::policy]
struct AnyUser;

#[oidc::required(scopes = scope::READ)]
async fn read(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(any(scopes = "notes:admin", scopes = scope::READ))]
async fn either(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(roles = "admin")]
async fn admin(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn maybe(user: Option<Principal>) -> String {
    format!("{:?}", user.map(|user| user.subject().to_owned()))
}

#[oidc::required]
async fn who(user: Principal) -> String {
    user.subject().to_owned()
}

pub(crate) fn tools() -> Tools {
    Tools::new()
        .with("list_notes", AnyUser)
        .with("delete_note", Writer)
        .with("purge", Admin)
}

/// The MCP server and ordinary routes.
fn app() -> App {
    App {
        axum: |oidc| {
            axum::Router::new()
                .route("/read", axum::routing::get(read))
                .route("/either", axum::routing::get(either))
                .route("/admin", axum::routing::get(admin))
                .route("/who", axum::routing::get(who))
                .route("/maybe", axum::routing::get(maybe))
                .nest_service("/mcp", oidc.mcp(any(on_axum), Reader, tools()))
                .merge(oidc::metadata!())
        },
        actix: |oidc, config| {
            use actix_web::web::{PayloadConfig, get, resource, scope, to};
            config
                .app_data(PayloadConfig::new(8 << 20))
                .route("/read", get().to(read))
                .route("/either", get().to(either))
                .route("/admin", get().to(admin))
                .route("/who", get().to(who))
                .route("/maybe", get().to(maybe))
                .service(
                    scope("/mcp")
                        .wrap(oidc.mcp_layer(Reader, tools()))
                        .service(resource(["", "/{rest:.*}"]).route(to(on_actix))),
                )
                .service(oidc::metadata!());
        },
    }
}

/// An [`App`] of an MCP server alone: with these tools, or with what guards it.
macro_rules! serving {
    (|$oidc:ident| $layer:expr) => {
        crate::support::servers::App {
            axum: |$oidc| {
                let server =
                    tower_layer::Layer::layer(&$layer, axum::routing::any(crate::mcp::on_axum));
                axum::Router::new().nest_service("/mcp", server)
            },
            actix: |$oidc, config| {
                let server = actix_web::web::to(crate::mcp::on_actix);
                let scope = actix_web::web::scope("/mcp").wrap($layer);
                config.service(scope.route("", server));
            },
        }
    };
    ($tools:expr) => {
        crate::mcp::serving!(|oidc| oidc.mcp_layer(crate::mcp::Reader, $tools))
    };
}

pub(crate) use serving;

/// What the server behind the guard sees. It begins a session for `initialize`.
fn seen(user: Option<&Principal>, fields: &[(&str, &str)], body: &str) -> (Value, bool) {
    let field = |name: &str| fields.iter().find(|(field, _)| *field == name);
    let seen = json!({
        "sub": user.map(Principal::subject),
        "authorization": field("authorization").is_some(),
        "cookie": field("cookie").is_some(),
        "dpop": field("dpop").is_some(),
        "session": field("mcp-session-id").map(|(_, id)| id),
        "body": body,
    });
    (seen, body.contains("initialize"))
}

const SESSION: &str = "5f1c";
const VARY: (&str, &str) = ("vary", "Accept, origin");

pub(crate) async fn on_axum(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let body = body.expect("the guard has read it");
    let fields: Vec<_> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
        .collect();
    let body = String::from_utf8_lossy(&body);
    let (seen, begins) = seen(Principal::of(&parts).as_ref(), &fields, &body);
    let session = begins.then_some([("mcp-session-id", SESSION)]);
    match session {
        Some(session) => (session, [VARY], axum::Json(seen)).into_response(),
        None => ([VARY], axum::Json(seen)).into_response(),
    }
}

pub(crate) async fn on_actix(request: HttpRequest, body: Bytes) -> HttpResponse {
    let fields: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
        .collect();
    let body = String::from_utf8_lossy(&body);
    let (seen, begins) = seen(Principal::of(&request).as_ref(), &fields, &body);
    let mut response = HttpResponse::Ok();
    response.insert_header(VARY);
    if begins {
        response.insert_header(("mcp-session-id", SESSION));
    }
    response.json(seen)
}

/// A client of the server.
pub(crate) fn notes(bench: &Bench) -> Oidc {
    let builder = bench.builder().resource(RESOURCE);
    builder.build().expect("the configuration is sound")
}

pub(crate) fn token(bench: &Bench, scope: &str) -> String {
    bench.idp.token().audience(RESOURCE).scope(scope).mint()
}

pub(crate) fn call(tool: &str) -> String {
    let params = json!({ "name": tool, "arguments": {} });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string()
}

pub(crate) fn post(server: &Server, token: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    server
        .request(Method::POST, "/mcp")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(body)
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|error| panic!("{error}: {reply:?}"))
}

fn field<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    let fields = headers.get_all(name).iter();
    fields.map(|value| value.to_str().expect("ASCII")).collect()
}
