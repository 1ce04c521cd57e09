//! `roles`: any of them, in the places where providers put roles or in those that are configured,
//! and nowhere else.

use oidc::{OidcBuilder, Principal};
use oidc_devidp::TokenBuilder;
use serde_json::{Value, json};

use super::{Case, case, check, check_with, without_token};
use crate::support::reply::{anonymous, denied, ok};
use crate::support::servers::{App, app, guarded_app};

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
            |t| t.claim_at("resource_access.oidc-guard-dev.roles", json!(["editor"])),
            ok("alice"),
        ),
        case(
            "another Keycloak client",
            "/editor",
            |t| t.claim_at("resource_access.some-wiki.roles", json!(["editor"])),
            denied(),
        ),
        case(
            "Keycloak client among others",
            "/editor",
            |t| {
                t.claim(
                    "resource_access",
                    json!({
                        "account": { "roles": ["view"] },
                        "oidc-guard-dev": { "roles": ["editor"] },
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
            |t| {
                t.claim(
                    "resource_access",
                    json!({ "oidc-guard-dev": ["editor"], "b": null }),
                )
            },
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

#[oidc::required]
async fn listed(user: Principal) -> String {
    let roles: Vec<_> = user.roles().collect();
    format!("{roles:?}, an editor: {}", user.has_role("editor"))
}

fn listing() -> App {
    app!(listed)
}

/// A token whose roles name the claim that contains them.
fn everywhere(token: TokenBuilder) -> TokenBuilder {
    let of_client = |name: &str| json!({ "roles": [name] });
    let clients: Value = ["oidc-guard-dev", "api", "bills", "some-wiki"]
        .into_iter()
        .map(|name| (name.to_owned(), of_client(name)))
        .collect();
    token
        .claim("roles", json!("plain"))
        .claim("groups", json!(["group"]))
        .claim("realm_access", json!({ "roles": ["realm"] }))
        .claim("resource_access", clients)
        .claim("team", json!({ "lead of": "team" }))
        .claim("https://example.org/roles", json!(["editor", 1]))
}

fn of_api(token: TokenBuilder) -> TokenBuilder {
    everywhere(token).audience("api")
}

#[tokio::test]
async fn of_clients_only_where_they_are_for_this_one() {
    let cases =
        |token, answer| -> [Case; 1] { [case("every place", "/listed", token, ok(answer))] };
    check_with(
        listing(),
        |builder| builder,
        &cases(
            everywhere,
            r#"["plain", "group", "realm", "oidc-guard-dev"], an editor: false"#,
        ),
    )
    .await;
    check_with(
        listing(),
        |builder| builder.audience("api").audience("bills"),
        &cases(
            of_api,
            r#"["plain", "group", "realm", "oidc-guard-dev", "api", "bills"], an editor: false"#,
        ),
    )
    .await;
    check_with(
        listing(),
        OidcBuilder::insecure_accept_any_audience,
        &cases(
            of_api,
            r#"["plain", "group", "realm", "oidc-guard-dev"], an editor: false"#,
        ),
    )
    .await;
}

#[tokio::test]
async fn configured_places() {
    let configure = |builder: OidcBuilder| {
        builder.roles_from([
            r#"resource_access."some-wiki".roles"#,
            "resource_access.api.roles",
            r#"team."lead of""#,
            r#""https://example.org/roles""#,
            "missing.roles",
        ])
    };
    let found = r#"["some-wiki", "api", "team", "editor"], an editor: true"#;
    let listed = [case("every place", "/listed", everywhere, ok(found))];
    check_with(listing(), configure, &listed).await;
    let cases = [
        case("in one of them", "/editor", everywhere, ok("alice")),
        case(
            "roles",
            "/editor",
            |t| t.claim("roles", json!("editor")),
            denied(),
        ),
        case(
            "groups",
            "/editor",
            |t| t.claim("groups", json!("editor")),
            denied(),
        ),
        case(
            "realm",
            "/editor",
            |t| t.claim_at("realm_access.roles", json!("editor")),
            denied(),
        ),
        case(
            "this client",
            "/editor",
            |t| t.claim_at("resource_access.oidc-guard-dev.roles", json!("editor")),
            denied(),
        ),
        case(
            "one level less",
            "/editor",
            |t| t.claim("team", json!("editor")),
            denied(),
        ),
        case(
            "the quoted name as a path",
            "/editor",
            |t| t.claim("https://example", json!({ "org/roles": "editor" })),
            denied(),
        ),
    ];
    check_with(app(), configure, &cases).await;
}
