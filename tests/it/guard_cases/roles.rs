//! `roles`: any of them, in any of the places where providers put roles, and nowhere else.

use serde_json::json;

use super::{case, check, without_token};
use crate::support::reply::{anonymous, denied, ok};
use crate::support::servers::{App, guarded_app};

fn app() -> App {
    guarded_app!(
        editor(roles = "editor"),
        either(roles("editor", "author")),
        both(all(roles = "editor", roles = "author")),
    )
}

#[tokio::test]
async fn places() {
    let cases = [
        without_token("no token", "/editor", anonymous()),
        case(
            "roles",
            "/editor",
            |t| t.claim("roles", json!(["editor"])),
            ok("alice"),
        ),
        case(
            "roles, a string",
            "/editor",
            |t| t.claim("roles", json!("editor")),
            ok("alice"),
        ),
        case(
            "groups",
            "/editor",
            |t| t.claim("groups", json!(["x", "editor"])),
            ok("alice"),
        ),
        case(
            "groups, a string",
            "/editor",
            |t| t.claim("groups", json!("editor")),
            ok("alice"),
        ),
        case(
            "Keycloak realm",
            "/editor",
            |t| t.claim_at("realm_access.roles", json!(["editor"])),
            ok("alice"),
        ),
        case(
            "Keycloak client",
            "/editor",
            |t| t.claim_at("resource_access.my-api.roles", json!(["editor"])),
            ok("alice"),
        ),
        case(
            "second Keycloak client",
            "/editor",
            |t| {
                t.claim(
                    "resource_access",
                    json!({
                        "account": { "roles": ["view"] }, "app": { "roles": ["editor"] },
                    }),
                )
            },
            ok("alice"),
        ),
        case("none of these", "/editor", |t| t, denied()),
        case(
            "no place",
            "/editor",
            |t| t.without("groups").without("realm_access"),
            denied(),
        ),
        case(
            "role",
            "/editor",
            |t| t.claim("role", json!("editor")),
            denied(),
        ),
        case(
            "permissions",
            "/editor",
            |t| t.claim("permissions", json!(["editor"])),
            denied(),
        ),
        case("scope", "/editor", |t| t.scope("editor"), denied()),
        case(
            "wrong case",
            "/editor",
            |t| t.claim("roles", json!(["Editor"])),
            denied(),
        ),
        case(
            "list in a string",
            "/editor",
            |t| t.claim("roles", json!("editor author")),
            denied(),
        ),
        case(
            "group path",
            "/editor",
            |t| t.claim("groups", json!(["/editor"])),
            denied(),
        ),
        case(
            "roles, an object",
            "/editor",
            |t| t.claim("roles", json!({ "editor": 1 })),
            denied(),
        ),
        case(
            "roles, a number",
            "/editor",
            |t| t.claim("roles", json!(1)),
            denied(),
        ),
        case(
            "nested array",
            "/editor",
            |t| t.claim("roles", json!([["editor"]])),
            denied(),
        ),
        case(
            "realm, a string",
            "/editor",
            |t| t.claim("realm_access", json!("editor")),
            denied(),
        ),
        case(
            "realm, an array",
            "/editor",
            |t| t.claim("realm_access", json!(["editor"])),
            denied(),
        ),
        case(
            "clients, an array",
            "/editor",
            |t| t.claim("resource_access", json!([{ "roles": ["editor"] }])),
            denied(),
        ),
        case(
            "client without roles",
            "/editor",
            |t| t.claim("resource_access", json!({ "app": ["editor"], "b": null })),
            denied(),
        ),
        case(
            "client's name",
            "/editor",
            |t| t.claim("resource_access", json!({ "editor": { "roles": [] } })),
            denied(),
        ),
    ];
    check(app(), &cases).await;
}

#[tokio::test]
async fn several() {
    let cases = [
        case(
            "the first",
            "/either",
            |t| t.claim("roles", json!(["editor"])),
            ok("alice"),
        ),
        case(
            "the second",
            "/either",
            |t| t.claim("groups", json!(["author"])),
            ok("alice"),
        ),
        case(
            "neither",
            "/either",
            |t| t.claim("roles", json!(["reader"])),
            denied(),
        ),
        case(
            "both",
            "/both",
            |t| t.claim("roles", json!(["author", "editor"])),
            ok("alice"),
        ),
        case(
            "both, in two places",
            "/both",
            |t| {
                t.claim("roles", json!("author"))
                    .claim("groups", json!("editor"))
            },
            ok("alice"),
        ),
        case(
            "one of both",
            "/both",
            |t| t.claim("roles", json!(["author"])),
            denied(),
        ),
    ];
    check(app(), &cases).await;
}
