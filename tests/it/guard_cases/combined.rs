//! `any`, `all`, `not`, and the challenge if several rules fail.

use serde_json::json;

use super::{case, check, without_token};
use crate::support::reply::{anonymous, denied, needs_scope, ok, step_up};
use crate::support::servers::{App, guarded_app};

#[oidc::policy(scopes = "read", roles = "reader")]
struct Reader;

fn app() -> App {
    guarded_app!(
        any_of(any(scopes = "write", roles = "admin")),
        all_of(all(scopes = "write", roles = "admin")),
        not_one(not(roles = "banned")),
        not_any(not(any(roles = "banned", claims(locked = true)))),
        // Read without its brackets, this would let in every admin.
        precedence(scopes = "write", any(roles = "author", roles = "admin")),
        nested(any(
            all(scopes = "a", scopes = "b"),
            all(roles = "x", not(roles = "y"))
        )),
        twice_not(not(not(roles = "admin"))),
        scopes_first(claims(tenant = "a"), scopes = "write", roles = "author"),
        scopes_apart(scopes = "a", any(scopes = "b")),
        named(policy = Reader),
        named_or(any(policy = Reader, roles = "admin")),
        not_named(not(policy = Reader)),
        easier(any(scopes = "write", acr = "gold")),
    )
}

#[tokio::test]
async fn decisions() {
    let cases = [
        without_token("no token", "/any_of", anonymous()),
        case("one holds", "/any_of", |t| t, ok("alice")),
        case(
            "the other holds",
            "/any_of",
            |t| t.sub("bob").scope("write"),
            ok("bob"),
        ),
        case(
            "none holds",
            "/any_of",
            |t| t.sub("bob"),
            needs_scope("write", "write"),
        ),
        case("all hold", "/all_of", |t| t.scope("write"), ok("alice")),
        case("one fails", "/all_of", |t| t, needs_scope("write", "write")),
        case(
            "the other fails",
            "/all_of",
            |t| t.sub("bob").scope("write"),
            denied(),
        ),
        without_token("not needs a token", "/not_one", anonymous()),
        case("not", "/not_one", |t| t, ok("alice")),
        case(
            "not, denied",
            "/not_one",
            |t| t.claim("roles", json!("banned")),
            denied(),
        ),
        case("not any", "/not_any", |t| t, ok("alice")),
        case(
            "not any, first",
            "/not_any",
            |t| t.claim("groups", json!(["banned"])),
            denied(),
        ),
        case(
            "not any, second",
            "/not_any",
            |t| t.claim("locked", json!(true)),
            denied(),
        ),
        case(
            "brackets",
            "/precedence",
            |t| t,
            needs_scope("write", "write"),
        ),
        case(
            "brackets, both",
            "/precedence",
            |t| t.scope("write"),
            ok("alice"),
        ),
        case(
            "brackets, scope only",
            "/precedence",
            |t| t.sub("bob").scope("write"),
            denied(),
        ),
        case("nested, first", "/nested", |t| t.scope("b a"), ok("alice")),
        case(
            "nested, half",
            "/nested",
            |t| t.scope("a"),
            needs_scope("b a", "scope: b"),
        ),
        case(
            "nested, second",
            "/nested",
            |t| t.claim("roles", json!(["x"])),
            ok("alice"),
        ),
        case(
            "nested, second denied",
            "/nested",
            |t| t.claim("roles", json!(["x", "y"])),
            needs_scope("a b", "a b"),
        ),
        case("not not", "/twice_not", |t| t, ok("alice")),
        case("not not, denied", "/twice_not", |t| t.sub("bob"), denied()),
    ];
    check(app(), &cases).await;
}

#[tokio::test]
async fn reasons() {
    let cases = [
        case(
            "scopes before claims",
            "/scopes_first",
            |t| t,
            needs_scope("write", "write"),
        ),
        case(
            "then claims",
            "/scopes_first",
            |t| t.scope("write"),
            denied(),
        ),
        case(
            "scopes add up",
            "/scopes_apart",
            |t| t,
            needs_scope("a b", "scope: a b"),
        ),
        case(
            "only the missing one",
            "/scopes_apart",
            |t| t.scope("a"),
            needs_scope("b a", "scope: b"),
        ),
        case(
            "the easier way out",
            "/easier",
            |t| t,
            step_up(&["acr_values=\"gold\""]),
        ),
    ];
    check(app(), &cases).await;
}

#[tokio::test]
async fn named_policies() {
    let cases = [
        without_token("no token", "/named", anonymous()),
        case(
            "holds",
            "/named",
            |t| t.scope("read").claim("roles", json!("reader")),
            ok("alice"),
        ),
        case(
            "scope fails",
            "/named",
            |t| t.claim("roles", json!("reader")),
            needs_scope("read", "read"),
        ),
        case("role fails", "/named", |t| t.scope("read"), denied()),
        case(
            "or, first",
            "/named_or",
            |t| t.sub("bob").scope("read").claim("roles", json!("reader")),
            ok("bob"),
        ),
        case("or, second", "/named_or", |t| t, ok("alice")),
        case(
            "or, neither",
            "/named_or",
            |t| t.sub("bob"),
            needs_scope("read", "read"),
        ),
        case("negated", "/not_named", |t| t, ok("alice")),
        case(
            "negated, denied",
            "/not_named",
            |t| t.scope("read").claim("roles", json!("reader")),
            denied(),
        ),
    ];
    check(app(), &cases).await;
}
