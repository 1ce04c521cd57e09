//! `scopes`: all of them, from `scope` or `scp`, to the letter (RFC 6749 §3.3).

use serde_json::json;

use super::{case, check, without_token};
use crate::support::reply::{anonymous, invalid_token, needs_scope, ok};
use crate::support::servers::{App, guarded_app};

fn app() -> App {
    guarded_app!(
        one(scopes = "read"),
        two(scopes = "read write"),
        listed(scopes("read", "write")),
        address(scopes = "https://example.org/read api:read"),
    )
}

#[tokio::test]
async fn as_a_string() {
    let cases = [
        without_token("no token", "/one", anonymous()),
        case("the one", "/one", |t| t.scope("read"), ok("alice")),
        case(
            "among others",
            "/one",
            |t| t.scope("openid read email"),
            ok("alice"),
        ),
        case("last", "/one", |t| t.scope("openid read"), ok("alice")),
        case(
            "surplus blanks",
            "/one",
            |t| t.scope("  openid   read "),
            ok("alice"),
        ),
        case("twice", "/one", |t| t.scope("read read"), ok("alice")),
        case("none granted", "/one", |t| t, needs_scope("read", "read")),
        case(
            "empty",
            "/one",
            |t| t.scope(""),
            needs_scope("read", "read"),
        ),
        case(
            "absent",
            "/one",
            |t| t.without("scope"),
            needs_scope("read", "read"),
        ),
        case(
            "wrong case",
            "/one",
            |t| t.scope("READ Read"),
            needs_scope("read", "read"),
        ),
        case(
            "longer",
            "/one",
            |t| t.scope("reader read:all"),
            needs_scope("read", "read"),
        ),
        case(
            "shorter",
            "/one",
            |t| t.scope("rea r"),
            needs_scope("read", "read"),
        ),
        case(
            "suffix",
            "/one",
            |t| t.scope("pre-read"),
            needs_scope("read", "read"),
        ),
        case(
            "commas",
            "/one",
            |t| t.scope("read,write"),
            needs_scope("read", "read"),
        ),
        case(
            "tab",
            "/one",
            |t| t.scope("openid\tread"),
            needs_scope("read", "read"),
        ),
        case(
            "newline",
            "/one",
            |t| t.scope("openid\nread"),
            needs_scope("read", "read"),
        ),
        case(
            "no-break space",
            "/one",
            |t| t.scope("openid\u{a0}read"),
            needs_scope("read", "read"),
        ),
        case(
            "Cyrillic letter",
            "/one",
            |t| t.scope("re\u{430}d"),
            needs_scope("read", "read"),
        ),
        case("both", "/two", |t| t.scope("read write"), ok("alice")),
        case(
            "both, swapped",
            "/two",
            |t| t.scope("write openid read"),
            ok("alice"),
        ),
        case(
            "the first",
            "/two",
            |t| t.scope("read"),
            needs_scope("read write", "scope: write"),
        ),
        case(
            "the second",
            "/two",
            |t| t.scope("write"),
            needs_scope("read write", "scope: read"),
        ),
        case(
            "neither",
            "/two",
            |t| t,
            needs_scope("read write", "scope: read write"),
        ),
        case(
            "listed, both",
            "/listed",
            |t| t.scope("read write"),
            ok("alice"),
        ),
        case(
            "listed, one",
            "/listed",
            |t| t.scope("read"),
            needs_scope("read write", "write"),
        ),
        case(
            "addresses",
            "/address",
            |t| t.scope("api:read https://example.org/read"),
            ok("alice"),
        ),
        case(
            "another address",
            "/address",
            |t| t.scope("api:read https://example.org/read/"),
            needs_scope(
                "https://example.org/read api:read",
                "https://example.org/read",
            ),
        ),
    ];
    check(app(), &cases).await;
}

#[tokio::test]
async fn in_other_shapes() {
    let cases = [
        case(
            "array",
            "/two",
            |t| t.claim("scope", json!(["read", "write"])),
            ok("alice"),
        ),
        case(
            "array of lists",
            "/two",
            |t| t.claim("scope", json!(["read write", "openid"])),
            ok("alice"),
        ),
        case(
            "array without it",
            "/one",
            |t| t.claim("scope", json!(["reader"])),
            needs_scope("read", "read"),
        ),
        case(
            "empty array",
            "/one",
            |t| t.claim("scope", json!([])),
            needs_scope("read", "read"),
        ),
        case(
            "scp",
            "/two",
            |t| t.without("scope").claim("scp", json!("read write")),
            ok("alice"),
        ),
        case(
            "scp array",
            "/two",
            |t| t.without("scope").claim("scp", json!(["write", "read"])),
            ok("alice"),
        ),
        case(
            "scp beside scope does not add",
            "/one",
            |t| t.scope("openid").claim("scp", json!("read")),
            needs_scope("read", "read"),
        ),
        case(
            "scopes is not a claim for scopes",
            "/one",
            |t| t.without("scope").claim("scopes", json!("read")),
            needs_scope("read", "read"),
        ),
        case(
            "number",
            "/one",
            |t| t.claim("scope", json!(7)),
            invalid_token(),
        ),
        case(
            "object",
            "/one",
            |t| t.claim("scope", json!({ "read": true })),
            invalid_token(),
        ),
        case(
            "null",
            "/one",
            |t| t.claim("scope", json!(null)),
            invalid_token(),
        ),
        case(
            "true",
            "/one",
            |t| t.claim("scope", json!(true)),
            invalid_token(),
        ),
        case(
            "array of numbers",
            "/one",
            |t| t.claim("scope", json!([1])),
            invalid_token(),
        ),
        case(
            "nested array",
            "/one",
            |t| t.claim("scope", json!([["read"]])),
            invalid_token(),
        ),
        case(
            "scp number",
            "/one",
            |t| t.without("scope").claim("scp", json!(7)),
            invalid_token(),
        ),
    ];
    check(app(), &cases).await;
}
