//! `claims`: a path descends through objects only, and a quoted segment is one name.

use serde_json::json;

use super::{case, check};
use crate::support::reply::{denied, ok};
use crate::support::servers::{App, guarded_app};

fn app() -> App {
    guarded_app!(
        nested(claims(realm_access.roles = "editor")),
        deep(claims(a.b.c = "x")),
        quoted(claims("https://example.org/tenant" = "a")),
        client(claims(resource_access."my-api".roles = "x")),
    )
}

#[tokio::test]
async fn paths() {
    let cases = [
        case(
            "nested",
            "/nested",
            |t| t.claim_at("realm_access.roles", json!(["editor"])),
            ok("alice"),
        ),
        case(
            "string",
            "/nested",
            |t| t.claim_at("realm_access.roles", json!("editor")),
            ok("alice"),
        ),
        case("another value", "/nested", |t| t, denied()),
        case(
            "no first step",
            "/nested",
            |t| t.without("realm_access"),
            denied(),
        ),
        case(
            "no second step",
            "/nested",
            |t| t.claim("realm_access", json!({})),
            denied(),
        ),
        case(
            "elsewhere",
            "/nested",
            |t| t.claim("roles", json!(["editor"])),
            denied(),
        ),
        case(
            "elsewhere in the tree",
            "/nested",
            |t| t.claim("resource_access", json!({ "app": { "roles": ["editor"] } })),
            denied(),
        ),
        case(
            "through a string",
            "/nested",
            |t| t.claim("realm_access", json!("roles")),
            denied(),
        ),
        case(
            "through null",
            "/nested",
            |t| t.claim("realm_access", json!(null)),
            denied(),
        ),
        case(
            "through a number",
            "/nested",
            |t| t.claim("realm_access", json!(1)),
            denied(),
        ),
        case(
            "through an array",
            "/nested",
            |t| t.claim("realm_access", json!([{ "roles": ["editor"] }])),
            denied(),
        ),
        case(
            "dotted name",
            "/nested",
            |t| t.claim("realm_access.roles", json!("editor")),
            denied(),
        ),
        case(
            "deep",
            "/deep",
            |t| t.claim_at("a.b.c", json!("x")),
            ok("alice"),
        ),
        case(
            "too short",
            "/deep",
            |t| t.claim_at("a.b", json!("x")),
            denied(),
        ),
        case(
            "too long",
            "/deep",
            |t| t.claim_at("a.b.c.d", json!("x")),
            denied(),
        ),
        case(
            "quoted",
            "/quoted",
            |t| t.claim("https://example.org/tenant", json!("a")),
            ok("alice"),
        ),
        case(
            "quoted is one name",
            "/quoted",
            |t| t.claim_at("https://example.org/tenant", json!("a")),
            denied(),
        ),
        case(
            "quoted segment",
            "/client",
            |t| t.claim_at("resource_access.my-api.roles", json!(["x", "y"])),
            ok("alice"),
        ),
        case(
            "another segment",
            "/client",
            |t| t.claim_at("resource_access.my_api.roles", json!(["x"])),
            denied(),
        ),
    ];
    check(app(), &cases).await;
}
