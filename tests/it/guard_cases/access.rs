//! `required`, `optional`, `optional(invalid = "reject")` and `public`.

use oidc::Principal;
use oidc_devidp::TokenBuilder;
use serde_json::json;

use super::{case, check, without_token};
use crate::support::reply::{anonymous, invalid_token, ok};
use crate::support::servers::{App, app};

fn name(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

#[oidc::policy(roles = "admin")]
struct Admin;

#[oidc::required]
async fn required() -> &'static str {
    "let in"
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    name(user)
}

#[oidc::optional(roles = "admin")]
async fn optional_admin(user: Option<Principal>) -> String {
    name(user)
}

#[oidc::optional(invalid = "reject")]
async fn rejecting(user: Option<Principal>) -> String {
    name(user)
}

#[oidc::optional(roles = "admin", invalid = "reject")]
async fn rejecting_admin(user: Option<Principal>) -> String {
    name(user)
}

#[oidc::optional(policy = Admin)]
async fn optional_named(user: Option<Principal>) -> String {
    name(user)
}

#[oidc::optional(policy = Admin, invalid = "reject")]
async fn rejecting_named(user: Option<Principal>) -> String {
    name(user)
}

#[oidc::required(policy = Admin)]
async fn required_named(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::public(reason = "the front page")]
async fn public() -> &'static str {
    "open"
}

fn routes() -> App {
    app!(
        required,
        optional,
        optional_admin,
        rejecting,
        rejecting_admin,
        optional_named,
        rejecting_named,
        required_named,
        public,
    )
}

#[tokio::test]
async fn by_kind_of_route() {
    let cases = [
        without_token("anonymous", "/required", anonymous()),
        case("good", "/required", |t| t, ok("let in")),
        case(
            "expired",
            "/required",
            |t| t.expires_in(-60),
            invalid_token(),
        ),
        case(
            "forged",
            "/required",
            TokenBuilder::unsigned,
            invalid_token(),
        ),
        without_token("anonymous", "/optional", ok("nobody")),
        case("good", "/optional", |t| t, ok("alice")),
        case("expired", "/optional", |t| t.expires_in(-60), ok("nobody")),
        case("forged", "/optional", TokenBuilder::unsigned, ok("nobody")),
        case(
            "wrong audience",
            "/optional",
            |t| t.audience("x"),
            ok("nobody"),
        ),
        without_token("anonymous", "/optional_admin", ok("nobody")),
        case("sufficient", "/optional_admin", |t| t, ok("alice")),
        case(
            "insufficient",
            "/optional_admin",
            |t| t.sub("bob"),
            ok("nobody"),
        ),
        case(
            "forged",
            "/optional_admin",
            TokenBuilder::unsigned,
            ok("nobody"),
        ),
        without_token("anonymous", "/rejecting", ok("nobody")),
        case("good", "/rejecting", |t| t, ok("alice")),
        case(
            "expired",
            "/rejecting",
            |t| t.expires_in(-60),
            invalid_token(),
        ),
        case(
            "forged",
            "/rejecting",
            TokenBuilder::unsigned,
            invalid_token(),
        ),
        without_token("anonymous", "/rejecting_admin", ok("nobody")),
        case("sufficient", "/rejecting_admin", |t| t, ok("alice")),
        case(
            "insufficient",
            "/rejecting_admin",
            |t| t.sub("bob"),
            ok("nobody"),
        ),
        case(
            "forged",
            "/rejecting_admin",
            TokenBuilder::unsigned,
            invalid_token(),
        ),
        without_token("anonymous", "/optional_named", ok("nobody")),
        case("sufficient", "/optional_named", |t| t, ok("alice")),
        case(
            "insufficient",
            "/optional_named",
            |t| t.sub("bob"),
            ok("nobody"),
        ),
        case(
            "forged",
            "/optional_named",
            TokenBuilder::unsigned,
            ok("nobody"),
        ),
        without_token("anonymous", "/rejecting_named", ok("nobody")),
        case("sufficient", "/rejecting_named", |t| t, ok("alice")),
        case(
            "insufficient",
            "/rejecting_named",
            |t| t.sub("bob"),
            ok("nobody"),
        ),
        case(
            "forged",
            "/rejecting_named",
            TokenBuilder::unsigned,
            invalid_token(),
        ),
        without_token("anonymous", "/required_named", anonymous()),
        case("sufficient", "/required_named", |t| t, ok("alice")),
        without_token("anonymous", "/public", ok("open")),
        case("good", "/public", |t| t, ok("open")),
        case("forged", "/public", TokenBuilder::unsigned, ok("open")),
        case(
            "nonsense",
            "/public",
            |t| t.claim("aud", json!(7)),
            ok("open"),
        ),
    ];
    check(routes(), &cases).await;
}
