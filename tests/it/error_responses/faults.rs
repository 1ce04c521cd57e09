//! Functions that fail: the request is rejected with the default response.

use oidc::{ErrorResponse, RequestParts};
use serde_json::json;

use super::Running;
use super::cases::{self, Tokens};
use crate::support::bench::Bench;
use crate::support::servers::Server;

fn panics(response: &mut ErrorResponse, _: &RequestParts<'_>) {
    response.set_json(&json!({ "half": "done" }));
    response.set_header("x-own", "half");
    panic!("a mistake of the application");
}

#[tokio::test]
async fn a_panic_leaves_the_default() {
    let bench = Bench::start().await;
    let tokens = Tokens::mint(&bench);
    for start in [Server::axum, Server::actix] {
        let running = Running::start(start, bench.builder().error_response(panics));
        for case in cases::all() {
            let name = format!("{} on {}", case.name, running.server.framework);
            let (reply, logged) = running.ask(&case, &tokens, "*/*").await;
            case.assert_default(&name, &reply, bench.idp.client_id());
            assert!(!reply.headers.contains_key("x-own"), "{name}: {reply:?}");
            assert_eq!(logged, [case.code], "{name}");
        }
        let reply = running.server.get("/required", tokens.good.as_str()).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

/// `(1, 2)` is not a key of JSON.
fn does_not_serialize(response: &mut ErrorResponse, _: &RequestParts<'_>) {
    response.set_json(&std::collections::BTreeMap::from([((1, 2), 3)]));
    response.set_body("text/html\r\nset-cookie: a=b", "<p>");
    response.set_header("x-secret", "secret\nvalue");
}

#[tokio::test]
async fn what_is_ignored_is_logged_without_its_value() {
    let bench = Bench::start().await;
    for start in [Server::axum, Server::actix] {
        let running = Running::start(start, bench.builder().error_response(does_not_serialize));
        let reply = running.server.get("/required", None).await;
        assert_eq!(reply.status, 401);
        assert!(reply.body.contains("not authenticated"), "{reply:?}");
        for field in ["set-cookie", "x-secret"] {
            assert!(!reply.headers.contains_key(field), "{reply:?}");
        }
        let lines = running.logs.take();
        let mistakes: Vec<_> = lines
            .iter()
            .filter(|line| line.level == Some(tracing::Level::ERROR))
            .map(ToString::to_string)
            .collect();
        assert_eq!(mistakes.len(), 3, "{mistakes:#?}");
        assert!(!mistakes.concat().contains("secret\n"), "{mistakes:#?}");
        for setter in ["`set_json`", "`set_body`", "`set_header`"] {
            let named = mistakes.iter().filter(|line| line.contains(setter));
            assert_eq!(named.count(), 1, "{setter}: {mistakes:#?}");
        }
    }
}

/// Without `app_data`, there is no client whose function could be called.
#[tokio::test]
async fn a_missing_client_is_answered_by_default() {
    let bench = Bench::start().await;
    let oidc = bench.builder().error_response(super::words::problem);
    let oidc = oidc.build().expect("the configuration is sound");
    let server = Server::actix_without_client(super::app::APP, oidc);
    for path in ["/required", "/user", "/api/auth/v2/login"] {
        let reply = server.get(path, None).await;
        assert_eq!(reply.status, 500, "{path}");
        assert_eq!(super::content_type(&reply), "application/json", "{path}");
        assert!(!reply.headers.contains_key("x-own"), "{path}: {reply:?}");
    }
}
