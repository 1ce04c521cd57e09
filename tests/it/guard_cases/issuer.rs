//! `issuer`, for tokens of the client's own provider, and names that no issuer has.

use oidc_devidp::TokenBuilder;
use tracing::Level;

use super::{case, check, without_token};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{anonymous, denied, needs_scope, ok};
use crate::support::servers::{App, Server, app, guarded_app};

#[oidc::policy(issuer("own", "partner"))]
struct Known;

fn guarded() -> App {
    guarded_app!(
        own(issuer = "own"),
        partner(issuer = "partner"),
        either(issuer("own", "partner")),
        named(policy = Known),
        others(not(issuer = "own")),
        no_partner(not(issuer = "partner")),
        partner_scope(issuer = "partner", scopes = "pay"),
        either_scope(issuer("own", "partner"), scopes = "pay"),
        scope_or_partner(any(scopes = "pay", issuer = "partner")),
        role_or_gold(any(
            roles = "admin",
            all(issuer = "partner", claims(tier = "gold"))
        )),
    )
}

#[tokio::test]
async fn decisions() {
    let cases = [
        without_token("no token", "/partner", anonymous()),
        case("the own issuer", "/own", |t| t, ok("alice")),
        case("another issuer", "/partner", |t| t, denied()),
        case("one of two", "/either", |t| t, ok("alice")),
        case("a named policy", "/named", |t| t, ok("alice")),
        case("negated", "/others", |t| t, denied()),
        case("negated", "/no_partner", |t| t, ok("alice")),
    ];
    check(guarded(), &cases).await;
}

/// No scope is asked for that would not help.
#[tokio::test]
async fn the_remedy() {
    let cases = [
        case("the issuer first", "/partner_scope", |t| t, denied()),
        case(
            "the issuer alone",
            "/partner_scope",
            |t| t.scope("pay"),
            denied(),
        ),
        case("a scope", "/either_scope", |t| t, needs_scope("pay", "pay")),
        case(
            "a scope instead",
            "/scope_or_partner",
            |t| t,
            needs_scope("pay", "pay"),
        ),
        case(
            "nothing instead",
            "/role_or_gold",
            |t| t.sub("bob"),
            denied(),
        ),
    ];
    check(guarded(), &cases).await;
}

#[oidc::optional(issuer = "partner")]
async fn optional(user: Option<oidc::Principal>) -> String {
    format!("{user:?}")
}

#[oidc::required(issuer("nobody", "nowhere"))]
async fn misspelt() -> &'static str {
    "ok"
}

/// A known user of the wrong issuer is not taken for nobody.
#[tokio::test]
async fn optional_routes_reject_other_issuers() {
    let cases = [
        without_token("no token", "/optional", ok("None")),
        case("another issuer", "/optional", |t| t, denied()),
        case(
            "a bad token",
            "/optional",
            TokenBuilder::unsigned,
            ok("None"),
        ),
    ];
    check(app!(optional), &cases).await;
}

#[tokio::test]
async fn an_unknown_name_is_logged_once() {
    let bench = Bench::start().await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(app!(misspelt), bench.oidc()));
        for _ in 0..2 {
            let reply = server.get("/misspelt", bench.good_token().as_str()).await;
            assert_eq!(reply.status, 403, "{reply:?}");
        }
        let lines = logs.take();
        let errors = lines.iter().filter(|line| line.level == Some(Level::ERROR));
        let names: Vec<_> = errors.map(|line| line.field("issuer")).collect();
        assert_eq!(names, ["nobody", "nowhere"], "{lines:#?}");
    }
}
