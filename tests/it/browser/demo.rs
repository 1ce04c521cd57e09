//! The page of the examples, with the provider that they bring.

use serde_json::{Value, json};

use crate::support::browser;
use crate::support::process::Server;

const EXAMPLES: [&str; 2] = ["axum", "actix"];

/// What the page showed after each step; `demo.mjs` knows the steps.
async fn visit(app: &Server, user: &str, steps: &[&str]) -> Vec<Value> {
    let settings = json!({ "app": app.url(), "user": user, "steps": steps });
    run(app, settings).await
}

async fn run(app: &Server, settings: Value) -> Vec<Value> {
    let seen = browser::run("demo.mjs", &settings).await;
    let seen = seen.as_array().expect("an array of observations").clone();
    for step in &seen {
        assert_eq!(step["complaints"], json!([]), "{}", app.output());
    }
    seen
}

fn assert_shows(step: &Value, what: &str, text: &str) {
    let shown = step[what].as_str().unwrap_or_default();
    assert!(shown.contains(text), "no {text:?} in {what} of {step:#}");
}

#[tokio::test]
async fn signs_in_and_out() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let seen = visit(&app, "alice", &["sign-in", "refresh", "sign-out"]).await;
        let [signed_in, refreshed, signed_out] = seen.as_slice() else {
            panic!("three observations: {seen:?}");
        };
        assert_shows(signed_in, "person", "Alice Liddell");
        assert_shows(signed_in, "person", "alice@example.org");
        assert_eq!(signed_in["address"], format!("{}/", app.url()), "{example}");
        assert_shows(refreshed, "person", "Alice Liddell");
        assert_ne!(signed_in["token"], refreshed["token"], "{example}");
        assert_eq!(signed_out["person"], Value::Null, "{example}");
        assert_eq!(signed_out["token"], Value::Null, "{example}");
        assert_shows(signed_out, "notice", "You are signed out.");
    }
}

#[tokio::test]
async fn shows_what_an_administrator_may() {
    let paths = [
        "status", "greeting", "claims", "drafts", "admin", "payments",
    ];
    let calls = paths.map(|path| format!("call /api/{path}"));
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let mut steps = vec!["sign-in"];
        steps.extend(calls.iter().map(String::as_str));
        let picture = format!("screenshot demo_{example}");
        steps.push(&picture);
        let seen = visit(&app, "alice", &steps).await;
        for call in &seen[1..=paths.len()] {
            assert_shows(call, "outcome", "200 OK");
        }
        assert_shows(&seen[2], "outcome", "Hello, Alice Liddell!");
    }
}

#[tokio::test]
async fn shows_why_another_user_is_denied() {
    let steps = ["sign-in", "call /api/admin", "call /api/drafts"];
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let seen = visit(&app, "bob", &steps).await;
        for call in &seen[1..] {
            assert_shows(call, "outcome", "403 Forbidden");
            assert_shows(call, "outcome", "does not satisfy the rule");
            assert_shows(call, "outcome", "error=\"access_denied\"");
        }
    }
}

#[tokio::test]
async fn shows_why_an_anonymous_request_is_rejected() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let steps = ["call /api/greeting", "call /api/claims"];
        let seen = visit(&app, "nobody", &steps).await;
        assert_shows(&seen[0], "outcome", "Hello, stranger!");
        assert_shows(&seen[1], "outcome", "401 Unauthorized");
        assert_shows(&seen[1], "outcome", "WWW-Authenticate: Bearer realm=");
    }
}

#[tokio::test]
async fn requests_the_missing_scope() {
    let steps = [
        "sign-in",
        "call /api/reports",
        "remedy /api/reports",
        "call /api/reports",
    ];
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let seen = visit(&app, "carol", &steps).await;
        assert_shows(&seen[1], "outcome", "403 Forbidden");
        assert_shows(&seen[1], "outcome", "missing scope: reports:read");
        assert_shows(&seen[3], "person", "Mary Carol van der Doe");
        assert_shows(&seen[3], "outcome", "200 OK");
    }
}

#[tokio::test]
async fn signs_in_with_another_device() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let seen = visit(&app, "alice", &["device", "call /api/admin"]).await;
        assert_shows(&seen[0], "person", "Alice Liddell");
        assert_shows(&seen[1], "outcome", "200 OK");
    }
}

#[tokio::test]
async fn shows_that_a_sign_in_was_declined() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let seen = visit(&app, "alice", &["decline"]).await;
        assert_shows(&seen[0], "notice", "denied the request");
        assert_eq!(seen[0]["address"], format!("{}/", app.url()), "{example}");
        assert_eq!(seen[0]["person"], Value::Null, "{example}");
    }
}

#[tokio::test]
async fn rejects_a_sign_in_that_it_did_not_start() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let seen = visit(&app, "nobody", &["forge code=stolen&state=foreign"]).await;
        assert_shows(&seen[0], "notice", "did not start");
        assert_eq!(seen[0]["address"], format!("{}/", app.url()), "{example}");
        assert_eq!(seen[0]["token"], Value::Null, "{example}");
    }
}

/// The tab for sessions: the same routes, called with the cookie.
#[tokio::test]
async fn calls_the_routes_with_a_session() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let picture = format!("screenshot demo_session_{example}");
        let steps = [
            "tab Session",
            "call /api/claims",
            "sign-in",
            "call /api/claims",
            "call /api/admin",
            "call /api/payments",
            "call /api/reports",
            &picture,
            "tab Tokens",
            "call /api/claims",
            "tab Session",
            "sign-out",
        ];
        let seen = visit(&app, "alice", &steps).await;
        assert_shows(&seen[1], "outcome", "401 Unauthorized");
        assert_shows(&seen[1], "outcome", "Sign in");
        assert_shows(&seen[2], "person", "Alice Liddell");
        assert_shows(&seen[2], "person", "this browser");
        for call in &seen[3..6] {
            assert_shows(call, "outcome", "200 OK");
        }
        assert_shows(&seen[6], "outcome", "missing scope: reports:read");
        for step in &seen {
            assert_eq!(step["token"], Value::Null, "{example}");
        }
        // The other tab does not use the cookie.
        assert_eq!(seen[8]["person"], Value::Null, "{example}");
        assert_shows(&seen[9], "outcome", "401 Unauthorized");
        assert_shows(&seen[10], "person", "Alice Liddell");
        assert_eq!(seen[11]["person"], Value::Null, "{example}");
        assert_shows(&seen[11], "notice", "You are signed out.");
        assert_eq!(seen[11]["address"], format!("{}/", app.url()), "{example}");
    }
}

#[tokio::test]
async fn signs_out_everywhere() {
    let steps = [
        "tab Session",
        "sign-in",
        "elsewhere tab Session",
        "elsewhere sign-in",
        "elsewhere call /api/claims",
        "reload",
        "sign-out-everywhere",
        "elsewhere call /api/claims",
        "elsewhere reload",
    ];
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let seen = visit(&app, "alice", &steps).await;
        assert_shows(&seen[4], "outcome", "200 OK");
        let listed = seen[5]["person"].as_str().expect("somebody");
        assert_eq!(listed.matches("since ").count(), 2, "{example}: {listed}");
        assert_eq!(listed.matches("this browser").count(), 1, "{example}");
        assert_shows(&seen[6], "notice", "You are signed out.");
        assert_shows(&seen[7], "outcome", "401 Unauthorized");
        assert_eq!(seen[8]["person"], Value::Null, "{example}");
    }
}

/// The tab for providers: a partner's token is let in where a rule names the partner, whatever it claims.
#[tokio::test]
async fn calls_the_routes_with_a_partners_token() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let picture = format!("screenshot demo_partner_{example}");
        let steps = [
            "tab Providers",
            "obtain Partner’s token",
            "call /api/catalogue",
            "call /api/prices",
            "call /api/admin",
            "call /api/claims",
            &picture,
            "tab Tokens",
            "sign-in",
            "call /api/catalogue",
            "call /api/prices",
        ];
        let seen = visit(&app, "alice", &steps).await;
        assert_shows(&seen[1], "person", "partner");
        assert_shows(&seen[2], "outcome", "200 OK");
        assert_shows(&seen[2], "outcome", "#alice");
        assert_shows(&seen[3], "outcome", "200 OK");
        for call in [&seen[4], &seen[5], &seen[10]] {
            assert_shows(call, "outcome", "403 Forbidden");
            assert_shows(call, "outcome", "of this issuer are not accepted here");
        }
        assert_shows(&seen[9], "outcome", "200 OK");
        assert_ne!(seen[2]["outcome"], seen[9]["outcome"], "{example}");
    }
}

/// The application asks about an opaque token, and notices that it was revoked.
#[tokio::test]
async fn calls_the_routes_with_an_opaque_token() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let steps = [
            "tab Providers",
            "obtain Opaque token",
            "call /api/claims",
            "call /api/admin",
            "call /api/prices",
            "revoke",
            "call /api/claims",
        ];
        let seen = visit(&app, "alice", &steps).await;
        assert_shows(&seen[1], "person", "own provider");
        assert_shows(&seen[2], "outcome", "200 OK");
        assert_shows(&seen[3], "outcome", "200 OK");
        assert_shows(&seen[4], "outcome", "403 Forbidden");
        assert_shows(&seen[6], "outcome", "401 Unauthorized");
        assert_shows(&seen[6], "outcome", "invalid_token");
    }
}

/// The page of another origin sends the cookie, and the route rejects it.
#[tokio::test]
async fn shows_that_another_origin_is_rejected() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let steps = ["tab Session", "sign-in", "other-origin", "reload"];
        let seen = visit(&app, "alice", &steps).await;
        assert_shows(&seen[2], "outcome", "403 ");
        assert_shows(&seen[2], "outcome", "cross_origin");
        assert_eq!(seen[2]["sent"]["site"], "same-site", "{example}");
        assert_eq!(seen[2]["sent"]["cookie"], true, "{example}");
        assert_shows(&seen[3], "person", "Alice Liddell");
    }
}

/// Sessions belong to one address, to which the sign-in leads from another one.
#[tokio::test]
async fn signs_in_at_the_address_of_the_cookie() {
    for example in EXAMPLES {
        let app = Server::example(example, &[]).await;
        let localhost = app.url().replace("127.0.0.1", "localhost");
        let steps = [&*format!("open {localhost}/#session"), "sign-in"];
        let seen = visit(&app, "alice", &steps).await;
        assert_shows(&seen[1], "person", "Alice Liddell");
        assert_eq!(seen[1]["address"], format!("{}/#session", app.url()));
    }
}

#[tokio::test]
async fn fits_a_dark_telephone() {
    let app = Server::example("axum", &[]).await;
    let steps = [
        "sign-in",
        "call /api/admin",
        "screenshot demo_dark_narrow",
        "tab Session",
        "screenshot demo_session_dark_narrow",
    ];
    let mut settings = json!({ "app": app.url(), "user": "bob", "steps": steps });
    settings["dark"] = json!(true);
    settings["width"] = json!(390);
    run(&app, settings).await;
}
