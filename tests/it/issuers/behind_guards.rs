//! Users of an issuer that is not let in everywhere, other than at an attribute: layers, extractors, optional
//! routes, tokens from elsewhere, and MCP servers.

use oidc::{BearerToken, Claims, Oidc, Principal, Rejection, Tools};
use serde_json::{Value, json};

use super::{AUDIENCE, NAMES, issuer, issuer_denied, oidc, start, token, trusting};
use crate::mcp::{call, on_actix, on_axum, post};
use crate::support::bench::Bench;
use crate::support::reply::{Expected, Reply, anonymous, invalid_token, ok};
use crate::support::servers::{App, app, for_both};

#[oidc::policy(issuer("own", "partner"))]
struct OwnOrPartner;

#[oidc::policy(issuer = "partner")]
struct Partners;

#[oidc::policy(issuer = "staff")]
struct Staff;

#[oidc::policy]
struct AnyUser;

async fn plain() -> &'static str {
    "inside"
}

async fn user(user: Principal) -> String {
    user.subject().to_owned()
}

async fn claims(Claims(claims): Claims<Value>) -> String {
    claims["sub"].as_str().unwrap_or_default().to_owned()
}

async fn bearer(token: BearerToken) -> String {
    let parts = token.secret().split('.').count();
    format!("{parts} parts")
}

async fn maybe(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

async fn result(user: Result<Principal, Rejection>) -> String {
    match user {
        Ok(user) => user.subject().to_owned(),
        Err(rejection) => rejection.code().to_owned(),
    }
}

#[oidc::required]
async fn open(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(issuer = "partner")]
async fn partner(user: Principal, Claims(claims): Claims<Value>, token: BearerToken) -> String {
    assert_eq!(claims["sub"], user.subject());
    assert!(token.secret().contains('.'));
    user.subject().to_owned()
}

#[oidc::public(reason = "serves everybody")]
async fn public(user: Result<Principal, Rejection>) -> String {
    result(user).await
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    maybe(user).await
}

#[oidc::optional(issuer = "partner")]
async fn optional_partner(user: Option<Principal>) -> String {
    maybe(user).await
}

#[oidc::optional(issuer = "partner", claims(tier = "gold"))]
async fn optional_gold(user: Option<Principal>) -> String {
    maybe(user).await
}

/// The same handlers beside each other, and below a layer that lets the partner in.
const APP: App = App {
    axum: |oidc| {
        use axum::{Router, routing::get};
        let handlers = || {
            Router::new()
                .route("/plain", get(plain))
                .route("/user", get(user))
                .route("/claims", get(claims))
                .route("/bearer", get(bearer))
                .route("/maybe", get(maybe))
                .route("/result", get(result))
                .route("/open", get(open))
                .route("/partner", get(partner))
                .route("/public", get(public))
                .route("/optional", get(optional))
        };
        let inner = handlers().layer(oidc.layer(Staff));
        let area = handlers().nest("/staff", inner);
        handlers().nest("/area", area.layer(oidc.layer(OwnOrPartner)))
    },
    actix: |oidc, config| {
        use actix_web::web::{ServiceConfig, get, scope};
        fn handlers(config: &mut ServiceConfig) {
            config
                .route("/plain", get().to(plain))
                .route("/user", get().to(user))
                .route("/claims", get().to(claims))
                .route("/bearer", get().to(bearer))
                .route("/result", get().to(result))
                .route("/open", get().to(open))
                .route("/partner", get().to(partner))
                .route("/public", get().to(public))
                .route("/maybe", get().to(maybe))
                .route("/optional", get().to(optional));
        }
        let inner = scope("/staff").wrap(oidc.layer(Staff)).configure(handlers);
        let area = scope("/area").wrap(oidc.layer(OwnOrPartner));
        config.service(area.service(inner).configure(handlers));
        handlers(config);
    },
};

/// The path, then the user of the own provider, of the partner, and of the staff.
fn cases() -> Vec<(&'static str, [Expected; 3])> {
    let only = |issuer: &str, expected: &Expected| {
        NAMES.map(|name| {
            if name == issuer {
                expected.clone()
            } else {
                issuer_denied()
            }
        })
    };
    let but_partner = |expected: Expected| [expected.clone(), issuer_denied(), expected];
    let area = |expected: Expected| [expected.clone(), expected, issuer_denied()];
    let alice = || ok("alice");
    vec![
        ("/plain", [ok("inside"), ok("inside"), ok("inside")]),
        ("/user", but_partner(alice())),
        ("/claims", but_partner(alice())),
        ("/bearer", but_partner(ok("3 parts"))),
        ("/result", [alice(), ok("issuer_denied"), alice()]),
        ("/public", [alice(), ok("issuer_denied"), alice()]),
        ("/open", but_partner(alice())),
        ("/partner", only("partner", &alice())),
        ("/optional", but_partner(alice())),
        ("/area/plain", area(ok("inside"))),
        ("/area/user", area(alice())),
        ("/area/claims", area(alice())),
        ("/area/bearer", area(ok("3 parts"))),
        ("/area/maybe", area(alice())),
        ("/area/result", area(alice())),
        ("/area/public", area(alice())),
        // A guard behind a layer decides by itself.
        ("/area/open", only("own", &alice())),
        ("/area/optional", only("own", &alice())),
        ("/area/partner", only("partner", &alice())),
        ("/area/staff/plain", only("nobody", &alice())),
        ("/area/staff/user", only("nobody", &alice())),
    ]
}

#[tokio::test]
async fn layers_and_extractors() {
    let bench = start().await;
    let tokens = NAMES.map(|name| token(&bench, name).mint());
    for cache_bytes in [0, 1 << 20] {
        let oidc = || {
            let builder = bench.steady_builder().token_cache_bytes(cache_bytes);
            let built = trusting(&bench, builder).build();
            built.expect("the configuration is sound")
        };
        for_both(APP, oidc, async |server| {
            for round in ["fresh", "cached"] {
                for (path, expected) in cases() {
                    for ((name, token), expected) in NAMES.iter().zip(&tokens).zip(expected) {
                        let reply = server.get(path, token.as_str()).await;
                        reply.assert(&format!("{path}, {name}, {round}"), &expected);
                    }
                }
            }
        })
        .await;
    }
}

/// `Option<Principal>` without a guard has no answer to give but the handler's.
#[tokio::test]
async fn extractors_of_an_option_find_nobody() {
    let bench = start().await;
    for_both(
        APP,
        || oidc(&bench),
        async |server| {
            for (name, seen) in NAMES.into_iter().zip(["alice", "nobody", "alice"]) {
                let token = token(&bench, name).mint();
                let reply = server.get("/maybe", token.as_str()).await;
                reply.assert(name, &ok(seen));
            }
        },
    )
    .await;
}

/// A good token of the wrong issuer is not taken for none, one without the claims is.
#[tokio::test]
async fn optional_routes() {
    let bench = start().await;
    let minted = |name, tier| token(&bench, name).claim("tier", json!(tier)).mint();
    let cases = [
        (
            "/optional_partner",
            Some(minted("own", "gold")),
            issuer_denied(),
        ),
        (
            "/optional_partner",
            Some(minted("partner", "tin")),
            ok("alice"),
        ),
        (
            "/optional_partner",
            Some(minted("staff", "gold")),
            issuer_denied(),
        ),
        ("/optional_partner", None, ok("nobody")),
        (
            "/optional_gold",
            Some(minted("own", "gold")),
            issuer_denied(),
        ),
        (
            "/optional_gold",
            Some(minted("partner", "tin")),
            ok("nobody"),
        ),
        (
            "/optional_gold",
            Some(minted("partner", "gold")),
            ok("alice"),
        ),
        (
            "/optional",
            Some(minted("partner", "gold")),
            issuer_denied(),
        ),
        (
            "/optional_partner",
            Some(token(&bench, "partner").audience("another").mint()),
            ok("nobody"),
        ),
        (
            "/optional_partner",
            Some(token(&bench, "partner").issuer("https://x.example").mint()),
            ok("nobody"),
        ),
    ];
    for_both(
        app!(optional, optional_partner, optional_gold),
        || oidc(&bench),
        async |server| {
            for (index, (path, token, expected)) in cases.iter().enumerate() {
                for round in ["fresh", "cached"] {
                    let reply = server.get(path, token.as_deref()).await;
                    reply.assert(&format!("case {index}, {path}, {round}"), expected);
                }
            }
        },
    )
    .await;
}

async fn verified(oidc: &Oidc, token: &str) -> Result<String, (u16, &'static str)> {
    let user = oidc.verify_access_token(token).await;
    user.map(|user| user.issuer_name().to_owned())
        .map_err(|rejection| (rejection.status(), rejection.code()))
}

/// Only the client's global policies are there to let an issuer in.
#[tokio::test]
async fn tokens_from_elsewhere() {
    let bench = start().await;
    let denied = Err((403, "issuer_denied"));
    let ok = |name: &str| Ok(name.to_owned());
    for (client, expected) in [
        (oidc(&bench), [ok("own"), denied.clone(), ok("staff")]),
        (
            requiring(&bench, |b| b.require(Partners)),
            [denied.clone(), ok("partner"), denied.clone()],
        ),
        (
            requiring(&bench, |b| b.require(OwnOrPartner)),
            [ok("own"), ok("partner"), denied.clone()],
        ),
        (
            requiring(&bench, |b| b.require(AnyUser).require(Partners)),
            [denied.clone(), ok("partner"), denied],
        ),
    ] {
        for round in ["fresh", "cached"] {
            for (name, expected) in NAMES.into_iter().zip(&expected) {
                let found = verified(&client, &token(&bench, name).mint()).await;
                assert_eq!(found, *expected, "{name}, {round}");
            }
        }
    }
}

fn requiring(bench: &Bench, require: fn(oidc::OidcBuilder) -> oidc::OidcBuilder) -> Oidc {
    let built = require(trusting(bench, bench.steady_builder())).build();
    built.expect("the configuration is sound")
}

/// A global policy and the rule of a guard are one rule, in which either may name the issuer.
#[tokio::test]
async fn global_policies_let_in() {
    let bench = start().await;
    let of_partner = token(&bench, "partner").mint();
    let of_staff = token(&bench, "staff").mint();
    for_both(
        APP,
        || requiring(&bench, |builder| builder.require(OwnOrPartner)),
        async |server| {
            for round in ["fresh", "cached"] {
                for path in [
                    "/open",
                    "/user",
                    "/maybe",
                    "/public",
                    "/partner",
                    "/optional",
                ] {
                    let reply = server.get(path, of_partner.as_str()).await;
                    reply.assert(&format!("{path}, {round}"), &ok("alice"));
                }
                for path in ["/open", "/user", "/partner", "/optional"] {
                    let reply = server.get(path, of_staff.as_str()).await;
                    reply.assert(&format!("{path} of staff, {round}"), &issuer_denied());
                }
            }
            let reply = server.get("/open", None).await;
            reply.assert("nobody", &anonymous());
        },
    )
    .await;
}

const RESOURCE: &str = "https://notes.example/mcp";

/// The base policy of an MCP server and the rule of a tool are one rule.
fn serving(is_base_partner: bool) -> App {
    macro_rules! serving {
        ($base:expr, $tools:expr) => {
            App {
                axum: |oidc| {
                    let server = axum::routing::any(on_axum);
                    axum::Router::new().nest_service("/mcp", oidc.mcp(server, $base, $tools))
                },
                actix: |oidc, config| {
                    let server = actix_web::web::to(on_actix);
                    let scope = actix_web::web::scope("/mcp").wrap(oidc.mcp_layer($base, $tools));
                    config.service(scope.route("", server));
                },
            }
        };
    }
    if is_base_partner {
        serving!(OwnOrPartner, mcp_tools())
    } else {
        serving!(AnyUser, mcp_tools())
    }
}

fn mcp_tools() -> Tools {
    Tools::new()
        .with("anybody", AnyUser)
        .with("partners", Partners)
        .with("staff", Staff)
}

#[tokio::test]
async fn tools_of_mcp_servers() {
    let bench = start().await;
    let of = |name: &str| {
        let token = token(&bench, name);
        match name {
            "own" => token.audience(RESOURCE).mint(),
            _ => token.mint(),
        }
    };
    let tokens = NAMES.map(of);
    let oidc = || {
        let builder = bench.steady_builder().resource(RESOURCE);
        let built = trusting(&bench, builder).build();
        built.expect("the configuration is sound")
    };
    // The tool, then whether the base names the partner, and who is admitted.
    let cases = [
        ("anybody", true, "++-"),
        ("partners", true, "-+-"),
        ("staff", true, "---"),
        ("anybody", false, "+-+"),
        ("partners", false, "---"),
        ("staff", false, "--+"),
    ];
    for (tool, base_names_partner, decisions) in cases {
        for_both(serving(base_names_partner), oidc, async |server| {
            for round in ["fresh", "cached"] {
                let mut found = String::new();
                for token in &tokens {
                    let reply = Reply::of(post(server, token, call(tool))).await;
                    let denied = reply.status == 403 && reply.body.contains("access_denied");
                    found.push(match reply.status {
                        200 => '+',
                        _ if denied => '-',
                        _ => '?',
                    });
                }
                let case = format!("{tool}, {base_names_partner}, {round}");
                assert_eq!(found, decisions, "{case}");
            }
        })
        .await;
    }
}

/// Another resource has its own audiences, for every issuer.
#[tokio::test]
async fn further_resources() {
    const FURTHER: &str = "https://notes.example/admin/mcp";
    let bench = start().await;
    let client = || {
        let builder = bench.steady_builder().resource(RESOURCE);
        let built = builder.trust("partner", issuer(&bench, "partner")).build();
        let client = built.expect("the configuration is sound");
        client.for_resource(FURTHER).expect("a resource")
    };
    for_both(app!(partner), client, async |server| {
        for (audience, expected) in [
            (FURTHER, ok("alice")),
            (RESOURCE, invalid_token()),
            (AUDIENCE, invalid_token()),
        ] {
            let token = token(&bench, "partner").audience(audience).mint();
            for round in ["fresh", "cached"] {
                let reply = server.get("/partner", token.as_str()).await;
                reply.assert(&format!("{audience}, {round}"), &expected);
            }
        }
    })
    .await;
}
