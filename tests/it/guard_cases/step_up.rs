//! `acr` and `max_age`, denied with the challenge of RFC 9470 §3.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{case, check, without_token};
use crate::support::reply::{anonymous, invalid_token, needs_scope, ok, step_up};
use crate::support::servers::{App, guarded_app};

fn app() -> App {
    guarded_app!(
        gold(acr = "gold"),
        metal(acr("gold", "silver")),
        fresh(max_age = "15m"),
        strict(acr = "gold", max_age = "1h"),
        twice(max_age = "1h", all(max_age = "10m")),
        scoped(scopes = "pay", acr = "gold"),
    )
}

fn ago(seconds: u64) -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is after 1970");
    json!(now.as_secs() - seconds)
}

#[tokio::test]
async fn challenges() {
    let gold = || step_up(&["acr_values=\"gold\""]);
    let fresh = || step_up(&["max_age=\"900\""]);
    let cases = [
        without_token("no token", "/gold", anonymous()),
        case(
            "acr",
            "/gold",
            |t| t.claim("acr", json!("gold")),
            ok("alice"),
        ),
        case(
            "another acr",
            "/gold",
            |t| t.claim("acr", json!("silver")),
            gold(),
        ),
        case("no acr", "/gold", |t| t.without("acr"), gold()),
        case(
            "wrong case",
            "/gold",
            |t| t.claim("acr", json!("Gold")),
            gold(),
        ),
        case(
            "list in a string",
            "/gold",
            |t| t.claim("acr", json!("silver gold")),
            gold(),
        ),
        case(
            "array",
            "/gold",
            |t| t.claim("acr", json!(["gold"])),
            invalid_token(),
        ),
        case(
            "number",
            "/gold",
            |t| t.claim("acr", json!(2)),
            invalid_token(),
        ),
        case(
            "second acr",
            "/metal",
            |t| t.claim("acr", json!("silver")),
            ok("alice"),
        ),
        case(
            "neither acr",
            "/metal",
            |t| t.claim("acr", json!("tin")),
            step_up(&["acr_values=\"gold silver\""]),
        ),
        case(
            "just now",
            "/fresh",
            |t| t.claim("auth_time", ago(0)),
            ok("alice"),
        ),
        case(
            "fraction",
            "/fresh",
            |t| t.claim("auth_time", json!(ago(5).as_f64().map(|at| at + 0.5))),
            ok("alice"),
        ),
        case(
            "in time",
            "/fresh",
            |t| t.claim("auth_time", ago(800)),
            ok("alice"),
        ),
        case(
            "too long ago",
            "/fresh",
            |t| t.claim("auth_time", ago(1000)),
            fresh(),
        ),
        case(
            "1970",
            "/fresh",
            |t| t.claim("auth_time", json!(0)),
            fresh(),
        ),
        case(
            "no auth_time",
            "/fresh",
            |t| t.without("auth_time"),
            fresh(),
        ),
        case(
            "new token, old sign-in",
            "/fresh",
            |t| t.issued_in(0).claim("auth_time", ago(1000)),
            fresh(),
        ),
        case(
            "digits",
            "/fresh",
            |t| t.claim("auth_time", json!("0")),
            invalid_token(),
        ),
        case(
            "negative",
            "/fresh",
            |t| t.claim("auth_time", json!(-1)),
            invalid_token(),
        ),
        case(
            "both",
            "/strict",
            |t| t.claim("acr", json!("gold")).claim("auth_time", ago(0)),
            ok("alice"),
        ),
        case(
            "neither",
            "/strict",
            |t| t.without("acr").without("auth_time"),
            step_up(&["acr_values=\"gold\"", "max_age=\"3600\""]),
        ),
        case(
            "the stricter of two",
            "/twice",
            |t| t.without("auth_time"),
            step_up(&["max_age=\"600\""]),
        ),
        case("scope first", "/scoped", |t| t, needs_scope("pay", "pay")),
        case("then acr", "/scoped", |t| t.scope("pay"), gold()),
    ];
    check(app(), &cases).await;
}
