//! `oidc::scopes!`: scopes that imply others.

use super::{case, check};
use crate::support::reply::{denied, needs_scope, ok};
use crate::support::servers::{App, guarded_app};

oidc::scopes! {
    mod scope {
        READ = "read",
        WRITE = "write" implies READ,
        AUDIT = "audit",
        ADMIN = "admin" implies [WRITE, AUDIT],
    }
}

fn app() -> App {
    guarded_app!(
        read(scopes(scope::READ)),
        write(scopes = scope::WRITE),
        named(scopes = "read audit", registry = scope),
        plain(scopes = "read"),
        mixed(scopes(scope::READ, "openid")),
        excluding(not(scopes = "read"), registry = scope),
        either(any(scopes(scope::WRITE), scopes(scope::AUDIT))),
    )
}

#[tokio::test]
async fn what_implies_a_scope_is_as_good() {
    let cases = [
        case("itself", "/read", |t| t.scope("read"), ok("alice")),
        case("directly", "/read", |t| t.scope("write"), ok("alice")),
        case(
            "by way of another",
            "/read",
            |t| t.scope("admin"),
            ok("alice"),
        ),
        case(
            "not by a neighbour",
            "/read",
            |t| t.scope("audit"),
            needs_scope("read", "read"),
        ),
        case(
            "not backwards",
            "/write",
            |t| t.scope("read"),
            needs_scope("write", "write"),
        ),
        case(
            "not by a part of the name",
            "/read",
            |t| t.scope("write:all"),
            needs_scope("read", "read"),
        ),
        case("nothing", "/read", |t| t, needs_scope("read", "read")),
        case("one for two", "/named", |t| t.scope("admin"), ok("alice")),
        case(
            "each by its own",
            "/named",
            |t| t.scope("write audit"),
            ok("alice"),
        ),
        case(
            "looked up, one is missing",
            "/named",
            |t| t.scope("write"),
            needs_scope("read audit", "scope: audit"),
        ),
        case(
            "a plain string stands alone",
            "/plain",
            |t| t.scope("admin"),
            needs_scope("read", "read"),
        ),
        case(
            "beside a string",
            "/mixed",
            |t| t.scope("openid admin"),
            ok("alice"),
        ),
        case(
            "a string is still needed",
            "/mixed",
            |t| t.scope("admin"),
            needs_scope("read openid", "scope: openid"),
        ),
        case(
            "either, by admin",
            "/either",
            |t| t.scope("admin"),
            ok("alice"),
        ),
        case(
            "neither",
            "/either",
            |t| t.scope("read"),
            needs_scope("write", "write"),
        ),
    ];
    check(app(), &cases).await;
}

#[tokio::test]
async fn what_implies_a_forbidden_scope_is_denied() {
    let cases = [
        case(
            "without it",
            "/excluding",
            |t| t.scope("audit"),
            ok("alice"),
        ),
        case("itself", "/excluding", |t| t.scope("read"), denied()),
        case("implied", "/excluding", |t| t.scope("admin"), denied()),
    ];
    check(app(), &cases).await;
}
