//! What the guard of an MCP server adds, and what a protected resource costs nobody, on axum and without
//! sockets.

use std::cell::RefCell;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::routing::{any, get};
use oidc::{NoTools, Oidc, Tools};
use oidc_devidp::TestIdp;
use oidc_guard_bench::{Contender, interleaved};
use serde_json::json;
use tower_service::Service;

const ROUNDS: usize = 41;
const OPERATIONS: usize = 20_000;
const RESOURCE: &str = "https://notes.example/mcp";
/// Of a call, in bytes.
const BODY: usize = 1024;

#[oidc::policy(scopes = "read")]
struct Reader;

#[oidc::policy(scopes = "write")]
struct Writer;

#[oidc::required(scopes = "read")]
async fn read() -> &'static str {
    "ok"
}

#[tokio::main]
async fn main() {
    let idp = TestIdp::start().await;
    let builder = || {
        let builder = Oidc::builder().client_id(idp.client_id());
        builder.discovery_url(idp.discovery_url())
    };
    let plain = builder().audience(RESOURCE).build().expect("sound");
    let resource = builder().resource(RESOURCE).build().expect("sound");
    let token = idp.token().audience(RESOURCE).scope("read write").mint();
    for oidc in [&plain, &resource] {
        oidc.discover().await.expect("the provider is there");
    }
    let [plain, resource] = [&plain, &resource].map(|oidc| RefCell::new(app(oidc)));
    let read = |app, token| get_request(app, "/read", token);
    let contenders = [
        read(&plain, Some(&*token)),
        read(&resource, Some(&*token)),
        read(&plain, None),
        read(&plain, None),
        read(&resource, None),
        post(&resource, "/bare", &token),
        post(&resource, "/layer", &token),
        post(&resource, "/mcp", &token),
    ];
    let [hit, protected_hit, nobody, control, protected, bare, layer, tool] =
        interleaved(contenders, ROUNDS, OPERATIONS);
    println!("Nanoseconds per request, axum; calls of {BODY} bytes.");
    println!("a hit where there is a resource    {:>+6.0}", protected_hit - hit);
    println!("nobody, A/A                        {:>+6.0}", control - nobody);
    println!("nobody where there is a resource   {:>+6.0}", protected - nobody);
    println!("the MCP guard without rules        {:>+6.0}", layer - bare);
    println!("a call of a tool with a rule       {:>+6.0}", tool - layer);
}

fn app(oidc: &Oidc) -> Router {
    let server = any(async || "ok");
    let tools = Tools::new().with("list_notes", Reader).with("delete_note", Writer);
    Router::new()
        .route("/read", get(read))
        .nest_service("/bare", server.clone())
        .nest_service("/layer", oidc.mcp(server.clone(), Reader, NoTools))
        .nest_service("/mcp", oidc.mcp(server, Reader, tools))
        .with_state(oidc.clone())
}

fn get_request<'c>(
    app: &'c RefCell<Router>,
    path: &'static str,
    token: Option<&'c str>,
) -> Contender<'c> {
    let status = if token.is_some() { 200 } else { 401 };
    let request = move || {
        let mut request = Request::get(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        request.body(Body::empty()).expect("a request")
    };
    contender(app, request, status)
}

fn post<'c>(app: &'c RefCell<Router>, path: &'static str, token: &'c str) -> Contender<'c> {
    let padding = "x".repeat(BODY - 100);
    let params = json!({ "name": "delete_note", "arguments": { "text": padding } });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let body = body.to_string();
    let request = move || {
        Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.clone()))
            .expect("a request")
    };
    contender(app, request, 200)
}

/// Nothing here waits, so one poll gives the response.
fn contender<'c>(
    app: &'c RefCell<Router>,
    request: impl Fn() -> Request<Body> + 'c,
    status: u16,
) -> Contender<'c> {
    Contender::new(move |operations| {
        for _ in 0..operations {
            let mut app = app.borrow_mut();
            let future = pin!(app.call(request()));
            match future.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(response)) => {
                    assert_eq!(black_box(response).status().as_u16(), status);
                }
                _ => panic!("the handler waits"),
            }
        }
    })
}
