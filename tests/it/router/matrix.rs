use oidc::access::{GuardRule, RuleTree};
use reqwest::Method;

use super::{APP, access, admin, path_of};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

async fn status(server: &Server, method: &str, path: &str, token: Option<&str>) -> u16 {
    let method = if method == "ANY" { "PUT" } else { method };
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let request = server.request(method, path);
    match token {
        Some(token) => Reply::of(request.bearer_auth(token)).await.status,
        None => Reply::of(request).await.status,
    }
}

/// Each kind of caller gets the response that the guards of the route imply.
#[tokio::test]
async fn the_matrix_agrees_with_the_responses() {
    let bench = Bench::start().await;
    let all = admin(&bench).scope("orders:read orders:write").mint();
    let bob = bench.idp.token().sub("bob").mint();
    let forged = bench.idp.token().unsigned().mint();
    for_both(
        APP,
        || bench.oidc(),
        async |server| {
            let matrix = access(server.framework, &bench.oidc());
            let own = matrix
                .routes
                .iter()
                .filter(|route| route.handler != "oidc::routes!");
            let own: Vec<_> = own.collect();
            assert_eq!(own.len(), 12, "{matrix}");
            for route in own {
                let path = path_of(&route.path);
                let status =
                    async |token: Option<&str>| status(server, route.method, &path, token).await;
                let case = format!("{} {path}", route.method);
                let demands = |guard: &GuardRule| match guard {
                    GuardRule::Required(rule) => *rule != RuleTree::authenticated(),
                    _ => false,
                };
                let (nobody, plain_user) = match route.demands_token() {
                    false => (200, 200),
                    true if route.guards.iter().any(demands) => (401, 403),
                    true => (401, 200),
                };
                assert_eq!(status(None).await, nobody, "{case} without a token");
                assert_eq!(
                    status(Some(&forged)).await,
                    nobody,
                    "{case} with a forged token"
                );
                assert_eq!(status(Some(&bob)).await, plain_user, "{case} as bob");
                assert_eq!(status(Some(&all)).await, 200, "{case} with every right");
            }
        },
    )
    .await;
}

/// Requests without a route get the same response as from the framework's own router.
#[tokio::test]
async fn requests_without_a_route_are_unchanged() {
    let bench = Bench::start().await;
    for_both(
        APP,
        || bench.oidc(),
        async |server| {
            for (method, path, expected) in [
                ("GET", "/nothing", 404),
                ("PATCH", "/orders", 405),
                ("POST", "/open", 405),
                ("GET", "/auth/v2/login", 400),
                ("GET", "/auth/v2/userinfo", 401),
            ] {
                let status = status(server, method, path, None).await;
                let expected = match (server.framework, method, path) {
                    // The resource of a single route of a scope also matches by its method.
                    (crate::support::servers::Framework::Actix, "POST", "/open") => 404,
                    _ => expected,
                };
                assert_eq!(status, expected, "{method} {path}");
            }
        },
    )
    .await;
}
