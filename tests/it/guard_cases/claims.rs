//! `claims`: values and types to the letter.

use serde_json::json;

use super::{case, check, without_token};
use crate::support::reply::{anonymous, denied, ok};
use crate::support::servers::{App, guarded_app};

fn app() -> App {
    guarded_app!(
        group(claims(groups = "admin")),
        either(claims(groups = ["admin", "ops"])),
        both(claims(groups = "admin", department = "it")),
        level(claims(level = 3)),
        levels(claims(level = [3, -4])),
        verified(claims(email_verified = true)),
        unverified(claims(email_verified = false)),
        mixed(claims(plan = ["gold", 2, true])),
    )
}

#[tokio::test]
async fn values() {
    let cases = [
        without_token("no token", "/group", anonymous()),
        case("in the array", "/group", |t| t, ok("alice")),
        case(
            "alone",
            "/group",
            |t| t.claim("groups", json!("admin")),
            ok("alice"),
        ),
        case(
            "last",
            "/group",
            |t| t.claim("groups", json!(["ops", "admin"])),
            ok("alice"),
        ),
        case(
            "among others",
            "/group",
            |t| t.claim("groups", json!([1, null, "admin"])),
            ok("alice"),
        ),
        case("absent", "/group", |t| t.without("groups"), denied()),
        case(
            "empty array",
            "/group",
            |t| t.claim("groups", json!([])),
            denied(),
        ),
        case(
            "empty",
            "/group",
            |t| t.claim("groups", json!("")),
            denied(),
        ),
        case(
            "null",
            "/group",
            |t| t.claim("groups", json!(null)),
            denied(),
        ),
        case(
            "wrong case",
            "/group",
            |t| t.claim("groups", json!(["Admin"])),
            denied(),
        ),
        case(
            "longer",
            "/group",
            |t| t.claim("groups", json!(["administrator"])),
            denied(),
        ),
        case(
            "list in a string",
            "/group",
            |t| t.claim("groups", json!("admin ops")),
            denied(),
        ),
        case(
            "blank",
            "/group",
            |t| t.claim("groups", json!(" admin")),
            denied(),
        ),
        case(
            "nested array",
            "/group",
            |t| t.claim("groups", json!([["admin"]])),
            denied(),
        ),
        case(
            "object",
            "/group",
            |t| t.claim("groups", json!({ "admin": true })),
            denied(),
        ),
        case(
            "name of a member",
            "/group",
            |t| t.claim("groups", json!([{ "admin": 1 }])),
            denied(),
        ),
        case(
            "name's case",
            "/group",
            |t| t.without("groups").claim("Groups", json!("admin")),
            denied(),
        ),
        case("first of either", "/either", |t| t, ok("alice")),
        case(
            "second of either",
            "/either",
            |t| t.claim("groups", json!("ops")),
            ok("alice"),
        ),
        case(
            "neither",
            "/either",
            |t| t.claim("groups", json!(["dev"])),
            denied(),
        ),
        case(
            "both",
            "/both",
            |t| t.claim("department", json!("it")),
            ok("alice"),
        ),
        case("one of both", "/both", |t| t, denied()),
        case(
            "the other of both",
            "/both",
            |t| t.without("groups").claim("department", json!("it")),
            denied(),
        ),
    ];
    check(app(), &cases).await;
}

#[tokio::test]
async fn types() {
    let cases = [
        case(
            "integer",
            "/level",
            |t| t.claim("level", json!(3)),
            ok("alice"),
        ),
        case(
            "in an array",
            "/level",
            |t| t.claim("level", json!([1, 3])),
            ok("alice"),
        ),
        case(
            "digits",
            "/level",
            |t| t.claim("level", json!("3")),
            denied(),
        ),
        case(
            "another integer",
            "/level",
            |t| t.claim("level", json!(30)),
            denied(),
        ),
        case(
            "fraction",
            "/level",
            |t| t.claim("level", json!(3.5)),
            denied(),
        ),
        case(
            "negative",
            "/level",
            |t| t.claim("level", json!(-3)),
            denied(),
        ),
        case(
            "huge",
            "/level",
            |t| t.claim("level", json!(u64::MAX)),
            denied(),
        ),
        case(
            "true",
            "/level",
            |t| t.claim("level", json!(true)),
            denied(),
        ),
        case(
            "second integer",
            "/levels",
            |t| t.claim("level", json!(-4)),
            ok("alice"),
        ),
        case(
            "neither integer",
            "/levels",
            |t| t.claim("level", json!(4)),
            denied(),
        ),
        case(
            "true",
            "/verified",
            |t| t.claim("email_verified", json!(true)),
            ok("alice"),
        ),
        case(
            "false",
            "/verified",
            |t| t.claim("email_verified", json!(false)),
            denied(),
        ),
        case(
            "\"true\"",
            "/verified",
            |t| t.claim("email_verified", json!("true")),
            denied(),
        ),
        case(
            "1",
            "/verified",
            |t| t.claim("email_verified", json!(1)),
            denied(),
        ),
        case(
            "absent",
            "/verified",
            |t| t.without("email_verified"),
            denied(),
        ),
        case(
            "false",
            "/unverified",
            |t| t.claim("email_verified", json!(false)),
            ok("alice"),
        ),
        case(
            "absent is not false",
            "/unverified",
            |t| t.without("email_verified"),
            denied(),
        ),
        case(
            "null is not false",
            "/unverified",
            |t| t.claim("email_verified", json!(null)),
            denied(),
        ),
        case(
            "0 is not false",
            "/unverified",
            |t| t.claim("email_verified", json!(0)),
            denied(),
        ),
        case(
            "text of several",
            "/mixed",
            |t| t.claim("plan", json!("gold")),
            ok("alice"),
        ),
        case(
            "integer of several",
            "/mixed",
            |t| t.claim("plan", json!(2)),
            ok("alice"),
        ),
        case(
            "truth of several",
            "/mixed",
            |t| t.claim("plan", json!([true])),
            ok("alice"),
        ),
        case(
            "none of several",
            "/mixed",
            |t| t.claim("plan", json!(["2", "true"])),
            denied(),
        ),
    ];
    check(app(), &cases).await;
}
