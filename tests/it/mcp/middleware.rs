//! Middleware of actix-web around the guard, and errors from behind it.

use std::future::ready;

use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::error::ErrorImATeapot;
use actix_web::{HttpRequest, web};

use super::{RESOURCE, Reader, call, field, on_actix, post, serving, token, tools};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::servers::{App, Server};

/// A middleware that keeps the request while it is served.
const KEPT: App = App {
    actix: |oidc, config| {
        let server = web::resource("/mcp").route(web::to(on_actix));
        let guarded = server.wrap(oidc.mcp_layer(Reader, tools()));
        config.service(guarded.wrap_fn(|request, next| {
            let kept: HttpRequest = request.request().clone();
            let response = next.call(request);
            async move {
                let response = response.await;
                drop(kept);
                response
            }
        }));
    },
    ..serving!(tools())
};

#[tokio::test]
async fn a_request_that_is_kept_does_not_reach_the_server() {
    let bench = Bench::start().await;
    let logs = Logs::default();
    let server = logs.listen(|| Server::actix(KEPT, super::notes(&bench)));
    let reader = token(&bench, "notes:read");
    let reply = Reply::of(post(&server, &reader, call("list_notes"))).await;
    assert_eq!(reply.status, 500, "{reply:?}");
    let lines = logs.take();
    let explained = lines
        .iter()
        .any(|line| line.to_string().contains("drop it before"));
    assert!(explained, "{lines:?}");
}

const FAILING: App = App {
    actix: |oidc, config| {
        let server = web::resource("/mcp").route(web::to(on_actix));
        // A handler's error is a response already when it comes to the guard.
        let failing = server.wrap_fn(|request, _| {
            drop(request);
            ready(Err::<ServiceResponse, _>(ErrorImATeapot("no coffee")))
        });
        config.service(failing.wrap(oidc.mcp_layer(Reader, tools())));
    },
    ..serving!(tools())
};

#[tokio::test]
async fn pages_may_read_errors() {
    let bench = Bench::start().await;
    let origin = "https://inspector.example";
    let builder = bench.builder().resource(RESOURCE).browser_clients([origin]);
    let server = Server::actix(FAILING, builder.build().expect("sound"));
    let reader = token(&bench, "notes:read");
    let request = post(&server, &reader, call("list_notes"));
    let reply = Reply::of(request.header("origin", origin)).await;
    assert_eq!((reply.status, &*reply.body), (418, "no coffee"));
    assert_eq!(
        field(&reply.headers, "access-control-allow-origin"),
        [origin]
    );
}
