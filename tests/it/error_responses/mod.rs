//! Custom error responses: one function for guards, layers, extractors and sign-in endpoints, on
//! both frameworks.

mod app;
mod cases;
mod faults;
mod once;
mod outage;
mod words;

use std::fmt::Write as _;

use oidc::OidcBuilder;
use reqwest::header::HeaderMap;

use self::cases::{Case, Tokens};
use crate::support::bench::Bench;
use crate::support::logs::{Line, Logs};
use crate::support::reply::Reply;
use crate::support::servers::{App, Server};

/// An application on either framework, and its log.
struct Running {
    server: Server,
    logs: Logs,
}

impl Running {
    fn start(start: fn(App, oidc::Oidc) -> Server, builder: OidcBuilder) -> Self {
        let oidc = builder.build().expect("the configuration is sound");
        let logs = Logs::default();
        let server = logs.listen(|| start(app::APP, oidc));
        Self { server, logs }
    }

    /// The response in this case, and the codes that were logged for it.
    async fn ask(&self, case: &Case, tokens: &Tokens, accept: &str) -> (Reply, Vec<String>) {
        self.logs.take();
        let request = (case.request)(&self.server, tokens).header("accept", accept);
        let reply = Reply::of(request).await;
        (reply, codes(&self.logs.take()))
    }
}

/// The codes of the library's events, apart from those about the provider.
fn codes(lines: &[Line]) -> Vec<String> {
    let refusals = lines.iter().filter(|line| {
        line.target.starts_with("oidc_runtime") && !line.field("message").starts_with("could not")
    });
    let codes = refusals.map(|line| line.field("code").to_owned());
    codes.filter(|code| !code.is_empty()).collect()
}

/// The header fields of a response that do not depend on its body.
fn fixed_part(headers: &HeaderMap) -> String {
    let of_body = ["content-type", "content-length", "date", "x-own"];
    let mut names: Vec<_> = headers.keys().collect();
    names.sort_by_key(|name| name.as_str());
    let mut text = String::new();
    for name in names {
        if !of_body.contains(&name.as_str()) {
            for value in headers.get_all(name) {
                writeln!(text, "{name}: {value:?}").expect("a string takes everything");
            }
        }
    }
    text
}

fn content_type(reply: &Reply) -> &str {
    let value = reply.headers.get("content-type");
    value.map_or("", |value| value.to_str().expect("ASCII"))
}

/// Every case in three applications: with default responses, with problem details, and with a page
/// for browsers.
#[tokio::test]
async fn keep_everything_but_body_and_fields() {
    let bench = Bench::start().await;
    let tokens = Tokens::mint(&bench);
    for start in [Server::axum, Server::actix] {
        let default = Running::start(start, bench.builder());
        let problems = Running::start(start, bench.builder().error_response(words::problem));
        let pages = Running::start(start, bench.builder().error_response(words::page));
        for case in cases::all() {
            let name = format!("{} on {}", case.name, default.server.framework);

            let (plain, logged) = default.ask(&case, &tokens, "*/*").await;
            case.assert_default(&name, &plain, bench.idp.client_id());
            assert_eq!(logged, [case.code], "{name}");

            let (problem, logged) = problems.ask(&case, &tokens, "*/*").await;
            words::assert_problem(&name, &case, &problem, &plain);
            assert_eq!(logged, [case.code], "{name}");

            let (page, logged) = pages.ask(&case, &tokens, "text/html, */*;q=0.1").await;
            words::assert_page(&name, &case, &page, &plain);
            assert_eq!(logged, [case.code], "{name}");

            let (json, _) = pages.ask(&case, &tokens, "application/json").await;
            assert_eq!(json.body, plain.body, "{name}");
            assert_eq!(content_type(&json), "application/json", "{name}");
        }
    }
}

/// The function is not called for admitted requests.
#[tokio::test]
async fn leave_other_responses_alone() {
    let bench = Bench::start().await;
    let tokens = Tokens::mint(&bench);
    for start in [Server::axum, Server::actix] {
        let running = Running::start(start, bench.builder().error_response(words::problem));
        for path in ["/required", "/user", "/returned", "/rejecting"] {
            let reply = running.server.get(path, tokens.good.as_str()).await;
            assert_eq!((reply.status, &*reply.body), (200, "alice"), "{path}");
            assert!(!reply.headers.contains_key("x-own"), "{path}: {reply:?}");
        }
        let reply = running.server.get("/unknown", None).await;
        assert_eq!(reply.status, 404);
        assert!(!reply.headers.contains_key("x-own"), "{reply:?}");
    }
}

/// The arguments of axum that are `None` without a rejection: nothing is logged, nothing is called.
#[tokio::test]
async fn leave_optional_arguments_alone() {
    let bench = Bench::start().await;
    let tokens = Tokens::mint(&bench);
    let called = |_: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>| {
        panic!("there is no error response");
    };
    let running = Running::start(Server::axum, bench.builder().error_response(called));
    for token in [None, Some(tokens.good.as_str())] {
        let reply = running.server.get("/maybe_claims", token).await;
        assert_eq!((reply.status, &*reply.body), (200, "without claims"));
        assert_eq!(codes(&running.logs.take()), [""; 0], "{token:?}");
    }
}
