//! `check`: rules in code, at once or later, with the head of the request.

use oidc::{Principal, RequestParts};
use serde_json::json;

use super::{case, check, without_token};
use crate::support::reply::{anonymous, denied, invalid_token, needs_scope, ok};
use crate::support::servers::{App, guarded_app};

fn is_alice(user: &Principal) -> bool {
    user.subject() == "alice"
}

async fn owns_path(user: &Principal, request: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    request.query() == Some(&format!("owner={}", user.subject()))
}

fn is_owner_now(user: &Principal, request: &RequestParts<'_>) -> bool {
    request.query() == Some(&format!("owner={}", user.subject()))
}

async fn reads_head(_: &Principal, request: &RequestParts<'_>) -> bool {
    request.method() == "GET"
        && request.path() == "/head"
        && request.query().is_none()
        && request.header("X-Missing").is_none()
        && request
            .header("HOST")
            .is_some_and(|host| host.starts_with(b"127.0.0.1"))
}

fn never(_: &Principal) -> bool {
    panic!("a rule is decided before its check is called")
}

fn app() -> App {
    guarded_app!(
        sync(check = is_alice),
        owner(check = owns_path),
        owner_now(check = is_owner_now),
        head(check = reads_head),
        with_scope(scopes = "read", check = is_alice),
        either(any(check = is_alice, check = owns_path)),
        in_order(all(
            check = is_alice,
            check = is_owner_now,
            check = owns_path
        )),
        negated(not(check = owns_path)),
        in_all(all(check = is_alice, check = owns_path)),
        scope_decides(scopes = "impossible", check = never),
        role_decides(any(roles = "admin", check = never)),
    )
}

#[tokio::test]
async fn decide() {
    let cases = [
        without_token("no token", "/sync", anonymous()),
        without_token("no token, async", "/owner?owner=alice", anonymous()),
        case("agrees", "/sync", |t| t, ok("alice")),
        case("disagrees", "/sync", |t| t.sub("bob"), denied()),
        case("async agrees", "/owner?owner=alice", |t| t, ok("alice")),
        case(
            "async disagrees",
            "/owner?owner=alice",
            |t| t.sub("bob"),
            denied(),
        ),
        case(
            "async, forged",
            "/owner?owner=alice",
            |t| t.hmac(b"x"),
            invalid_token(),
        ),
        without_token(
            "no token, sync with request",
            "/owner_now?owner=alice",
            anonymous(),
        ),
        case(
            "sync with request agrees",
            "/owner_now?owner=alice",
            |t| t,
            ok("alice"),
        ),
        case(
            "sync with request disagrees",
            "/owner_now?owner=alice",
            |t| t.sub("bob"),
            denied(),
        ),
        case(
            "three kinds agree",
            "/in_order?owner=alice",
            |t| t,
            ok("alice"),
        ),
        case(
            "three kinds, one disagrees",
            "/in_order?owner=bob",
            |t| t,
            denied(),
        ),
        case("sees the head", "/head", |t| t, ok("alice")),
        case(
            "scope and check",
            "/with_scope",
            |t| t.scope("read"),
            ok("alice"),
        ),
        case(
            "scope fails",
            "/with_scope",
            |t| t,
            needs_scope("read", "read"),
        ),
        case(
            "check fails",
            "/with_scope",
            |t| t.sub("bob").scope("read"),
            denied(),
        ),
        case("either, first", "/either", |t| t, ok("alice")),
        case(
            "either, second",
            "/either?owner=bob",
            |t| t.sub("bob"),
            ok("bob"),
        ),
        case("either, none", "/either", |t| t.sub("bob"), denied()),
        case("not", "/negated", |t| t, ok("alice")),
        case("not, denied", "/negated?owner=alice", |t| t, denied()),
        case("all", "/in_all?owner=alice", |t| t, ok("alice")),
        case("all, second fails", "/in_all?owner=bob", |t| t, denied()),
        case(
            "all, first fails",
            "/in_all?owner=bob",
            |t| t.sub("bob"),
            denied(),
        ),
        case(
            "not called after a scope failed",
            "/scope_decides",
            |t| t,
            needs_scope("impossible", ""),
        ),
        case(
            "not called when a role suffices",
            "/role_decides",
            |t| t,
            ok("alice"),
        ),
        case(
            "not called about a forgery",
            "/role_decides",
            |t| t.claim("exp", json!(1)),
            invalid_token(),
        ),
    ];
    check(app(), &cases).await;
}

async fn was_sent_to_nested(_: &Principal, request: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    request.path() == "/outer/inner/nested"
}

/// Wherever a route is nested, its check sees the path that was sent.
#[tokio::test]
async fn see_the_whole_path() {
    fn inner() -> App {
        guarded_app!(nested(check = was_sent_to_nested))
    }
    let app = App {
        axum: |oidc| {
            let inner = axum::Router::new().nest("/inner", (inner().axum)(oidc));
            axum::Router::new().nest("/outer", inner)
        },
        actix: |oidc, config| {
            let inner = actix_web::web::scope("/inner").configure(|config| {
                (inner().actix)(oidc, config);
            });
            config.service(actix_web::web::scope("/outer").service(inner));
        },
    };
    let path = "/outer/inner/nested";
    check(app, &[case("nested", path, |t| t, ok("alice"))]).await;
}
