//! `via`, for users who are known by an access token.

use serde_json::json;

use super::{case, check, without_token};
use crate::support::reply::{anonymous, denied, needs_scope, ok, session_required, step_up};
use crate::support::servers::{App, guarded_app};

#[oidc::policy(via = "session")]
struct Browsers;

fn app() -> App {
    guarded_app!(
        bearer(via = "bearer"),
        session(via = "session"),
        not_bearer(not(via = "bearer")),
        not_session(not(via = "session")),
        either(any(via = "bearer", via = "session")),
        named(policy = Browsers),
        fresh_browsers(any(via = "bearer", max_age = "5m")),
        fresh_programs(any(via = "session", max_age = "5m")),
        scoped_session(via = "session", scopes = "pay", claims(tenant = "a")),
        session_or_scope(any(via = "session", scopes = "pay")),
        session_or_role(any(via = "session", roles = "admin")),
    )
}

#[tokio::test]
async fn decisions() {
    let cases = [
        without_token("no token", "/bearer", anonymous()),
        without_token("no token", "/session", anonymous()),
        case("a token", "/bearer", |t| t, ok("alice")),
        case("a token", "/session", |t| t, session_required()),
        case("a token", "/not_bearer", |t| t, denied()),
        case("a token", "/not_session", |t| t, ok("alice")),
        case("a token", "/either", |t| t, ok("alice")),
        case("a token", "/named", |t| t, session_required()),
        case(
            "no sign-in",
            "/fresh_browsers",
            |t| t.without("auth_time"),
            ok("alice"),
        ),
    ];
    check(app(), &cases).await;
}

/// A session is demanded before anything that it may bring along, but after anything that a program
/// can do without one.
#[tokio::test]
async fn the_remedy() {
    let cases = [
        case(
            "all is missing",
            "/scoped_session",
            |t| t,
            session_required(),
        ),
        case(
            "only the session is missing",
            "/scoped_session",
            |t| t.scope("pay").claim("tenant", json!("a")),
            session_required(),
        ),
        case(
            "a scope instead",
            "/session_or_scope",
            |t| t,
            needs_scope("pay", "pay"),
        ),
        case(
            "a sign-in instead",
            "/fresh_programs",
            |t| t.without("auth_time"),
            step_up(&["max_age=\"300\""]),
        ),
        case(
            "nothing instead",
            "/session_or_role",
            |t| t.sub("bob"),
            session_required(),
        ),
    ];
    check(app(), &cases).await;
}
