//! Which claims of each issuer are scopes and roles here.

use oidc::{Issuer, Principal};
use oidc_devidp::TokenBuilder;
use serde_json::{Value, json};

use super::{issuer, json_of, start, token};
use crate::support::servers::{App, app, for_both};

#[oidc::required(issuer("own", "partner"))]
async fn who(user: Principal) -> String {
    super::facts(&user).to_string()
}

#[oidc::required(issuer = "partner", scopes = "orders:read")]
async fn read(user: Principal) -> String {
    super::facts(&user).to_string()
}

#[oidc::required(issuer = "partner", roles = "admin")]
async fn admin(user: Principal) -> String {
    super::facts(&user).to_string()
}

#[oidc::required(issuer = "partner", roles = "partner:admin")]
async fn prefixed_admin(user: Principal) -> String {
    super::facts(&user).to_string()
}

fn routes() -> App {
    app!(who, read, admin, prefixed_admin)
}

/// Sends a token of the partner with these claims, and nothing else that may be a scope or a role.
async fn check(configure: fn(Issuer) -> Issuer, cases: &[(Value, &str, u16, Value, Value)]) {
    let bench = start().await;
    let oidc = || {
        let partner = configure(issuer(&bench, "partner"));
        let built = bench.steady_builder().trust("partner", partner).build();
        built.expect("the configuration is sound")
    };
    for_both(routes(), oidc, async |server| {
        for (claims, path, status, scopes, roles) in cases {
            let bare = [
                "scope",
                "scp",
                "roles",
                "groups",
                "realm_access",
                "resource_access",
            ];
            let token = bare
                .into_iter()
                .fold(token(&bench, "partner"), TokenBuilder::without);
            let token = claims
                .as_object()
                .expect("claims")
                .iter()
                .fold(token, |token, (name, value)| {
                    token.claim(name, value.clone())
                });
            let token = token.mint();
            for round in ["fresh", "cached"] {
                let case = format!("{claims} {path} {round}");
                let facts = json_of(&server.get("/who", token.as_str()).await);
                assert_eq!(facts["scopes"], *scopes, "{case}");
                assert_eq!(facts["roles"], *roles, "{case}");
                let reply = server.get(path, token.as_str()).await;
                assert_eq!(reply.status, *status, "{case}: {reply:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn scopes_are_in_scope_or_else_in_scp() {
    check(
        |issuer| issuer,
        &[
            (
                json!({ "scope": "a orders:read" }),
                "/read",
                200,
                json!(["a", "orders:read"]),
                json!([]),
            ),
            (
                json!({ "scope": ["orders:read"] }),
                "/read",
                200,
                json!(["orders:read"]),
                json!([]),
            ),
            (
                json!({ "scp": ["orders:read"] }),
                "/read",
                200,
                json!(["orders:read"]),
                json!([]),
            ),
            (
                json!({ "scope": "", "scp": "orders:read" }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "permissions": ["orders:read"] }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn scopes_from_a_place_are_from_no_other() {
    check(
        |issuer| issuer.scopes_from("ext.permissions"),
        &[
            (
                json!({ "ext": { "permissions": ["a", "orders:read"] } }),
                "/read",
                200,
                json!(["a", "orders:read"]),
                json!([]),
            ),
            (
                json!({ "ext": { "permissions": "a orders:read" } }),
                "/read",
                200,
                json!(["a", "orders:read"]),
                json!([]),
            ),
            (
                json!({ "scope": "orders:read" }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "scp": ["orders:read"] }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "permissions": ["orders:read"] }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "ext.permissions": ["orders:read"] }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "ext": { "permissions": 7 } }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "ext": { "permissions": { "orders:read": true } } }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "ext": "orders:read" }),
                "/read",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "scope": "orders:read", "ext": { "permissions": "b" } }),
                "/read",
                403,
                json!(["b"]),
                json!([]),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn roles_are_in_the_usual_places() {
    check(
        |issuer| issuer,
        &[
            (
                json!({ "roles": ["admin"] }),
                "/admin",
                200,
                json!([]),
                json!(["admin"]),
            ),
            (
                json!({ "groups": ["admin"] }),
                "/admin",
                200,
                json!([]),
                json!(["admin"]),
            ),
            (
                json!({ "resource_access": { "shop-api": { "roles": ["admin"] } } }),
                "/admin",
                200,
                json!([]),
                json!(["admin"]),
            ),
            // Those of the client at its own provider are another's here.
            (
                json!({ "resource_access": { "oidc-guard-dev": { "roles": ["admin"] } } }),
                "/admin",
                403,
                json!([]),
                json!([]),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn roles_from_places_are_from_no_others() {
    check(
        |issuer| issuer.roles_from(["ext.roles", "level"]),
        &[
            (
                json!({ "ext": { "roles": ["admin"] } }),
                "/admin",
                200,
                json!([]),
                json!(["admin"]),
            ),
            (
                json!({ "level": "admin" }),
                "/admin",
                200,
                json!([]),
                json!(["admin"]),
            ),
            (
                json!({ "ext": { "roles": ["a"] }, "level": ["b"] }),
                "/admin",
                403,
                json!([]),
                json!(["a", "b"]),
            ),
            (
                json!({ "roles": ["admin"] }),
                "/admin",
                403,
                json!([]),
                json!([]),
            ),
            (
                json!({ "groups": ["admin"] }),
                "/admin",
                403,
                json!([]),
                json!([]),
            ),
        ],
    )
    .await;
}

/// A role of the partner cannot be one of the application's own.
#[tokio::test]
async fn prefixed_roles() {
    check(
        |issuer| issuer.roles_prefix("partner:"),
        &[
            (
                json!({ "roles": ["admin"] }),
                "/admin",
                403,
                json!([]),
                json!(["partner:admin"]),
            ),
            (
                json!({ "roles": ["admin"] }),
                "/prefixed_admin",
                200,
                json!([]),
                json!(["partner:admin"]),
            ),
            (
                json!({ "roles": ["partner:admin"] }),
                "/prefixed_admin",
                403,
                json!([]),
                json!(["partner:partner:admin"]),
            ),
            (
                json!({ "roles": [""] }),
                "/admin",
                403,
                json!([]),
                json!(["partner:"]),
            ),
        ],
    )
    .await;
    check(
        |issuer| issuer.roles_from(["level"]).roles_prefix("partner:"),
        &[
            (
                json!({ "level": "admin" }),
                "/prefixed_admin",
                200,
                json!([]),
                json!(["partner:admin"]),
            ),
            (
                json!({ "roles": ["admin"] }),
                "/prefixed_admin",
                403,
                json!([]),
                json!([]),
            ),
        ],
    )
    .await;
}

/// The own provider's places are not the partner's, nor the other way round.
#[tokio::test]
async fn each_issuer_has_its_own_places() {
    let bench = start().await;
    let oidc = || {
        let partner = issuer(&bench, "partner").scopes_from("permissions");
        let partner = partner.roles_from(["level"]);
        let builder = bench.steady_builder().roles_from(["roles"]);
        let built = builder.trust("partner", partner).build();
        built.expect("the configuration is sound")
    };
    let claims = [
        ("scope", json!("of-scope")),
        ("permissions", json!(["of-permissions"])),
        ("level", json!("of-level")),
        ("roles", json!(["of-roles"])),
    ];
    for_both(routes(), oidc, async |server| {
        for (name, scopes, roles) in [
            ("own", "of-scope", "of-roles"),
            ("partner", "of-permissions", "of-level"),
        ] {
            let token = claims
                .iter()
                .fold(token(&bench, name), |token, (name, value)| {
                    token.claim(name, value.clone())
                });
            let token = token.mint();
            for _ in 0..2 {
                let facts = json_of(&server.get("/who", token.as_str()).await);
                assert_eq!(facts["scopes"], json!([scopes]));
                assert_eq!(facts["roles"], json!([roles]));
            }
        }
    })
    .await;
}

type Configure = fn(Issuer) -> Issuer;

/// At a further resource, the roles for other audiences do not count; a prefix stays.
#[tokio::test]
async fn roles_at_a_further_resource() {
    const RESOURCE: &str = "https://notes.example/mcp";
    const FURTHER: &str = "https://notes.example/admin/mcp";
    let bench = start().await;
    let token = token(&bench, "partner")
        .without("groups")
        .without("realm_access");
    let access = json!({
        "shop-api": { "roles": ["shopper"] },
        FURTHER: { "roles": ["admin"] },
    });
    let token = token.claim("resource_access", access).without("roles");
    let token = token.claim("level", json!("high"));
    let cases: [(Configure, Value, Value); 3] = [
        (|issuer| issuer, json!(["shopper"]), json!(["admin"])),
        (
            |issuer| issuer.roles_prefix("p:"),
            json!(["p:shopper"]),
            json!(["p:admin"]),
        ),
        (
            |issuer| issuer.roles_from(["level"]),
            json!(["high"]),
            json!(["high"]),
        ),
    ];
    for (configure, first, further) in cases {
        let client = || {
            let partner = configure(issuer(&bench, "partner"));
            let builder = bench.steady_builder().resource(RESOURCE);
            let built = builder.trust("partner", partner).build();
            built.expect("the configuration is sound")
        };
        for_both(routes(), client, async |server| {
            let token = token.clone().mint();
            let facts = json_of(&server.get("/who", token.as_str()).await);
            assert_eq!(facts["roles"], first);
        })
        .await;
        let client = || client().for_resource(FURTHER).expect("a resource");
        for_both(routes(), client, async |server| {
            let token = token.clone().audience(FURTHER).mint();
            let facts = json_of(&server.get("/who", token.as_str()).await);
            assert_eq!(facts["roles"], further);
        })
        .await;
    }
}

/// The same subject at two issuers is two users.
#[tokio::test]
async fn identities_of_one_subject_differ() {
    let bench = start().await;
    for_both(
        routes(),
        || super::oidc(&bench),
        async |server| {
            let mut identities = Vec::new();
            for name in ["own", "partner"] {
                let token = token(&bench, name).mint();
                let facts = json_of(&server.get("/who", token.as_str()).await);
                assert_eq!(facts["sub"], "alice");
                assert_eq!(facts["issuer"], name);
                assert_eq!(facts["iss"], super::provider(&bench, name).issuer());
                identities.push(facts["identity"].to_string());
            }
            assert_ne!(identities[0], identities[1]);
        },
    )
    .await;
}
