//! What an answer is worth.

#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use oidc::Principal;
use serde_json::{Value, json};

use super::scripted::{Answer, Scripted};
use super::{CLIENT, builder, codes, start};
use crate::support::bench::Bench;
use crate::support::logs::{Line, Logs};
use crate::support::reply::Reply;
use crate::support::servers::{App, Server, app};

#[oidc::required]
async fn who(user: Principal) -> String {
    let facts = json!({
        "sub": user.subject(),
        "iss": user.issuer(),
        "issuer": user.issuer_name(),
        "identity": user.identity().to_string(),
        "scopes": user.scopes().collect::<Vec<_>>(),
        "roles": user.roles().collect::<Vec<_>>(),
        "application": user.is_application(),
        "client": user.client_id(),
        "audiences": user.audiences().collect::<Vec<_>>(),
        "tier": user.claims().get("tier"),
    });
    facts.to_string()
}

#[oidc::required(scopes = "read", claims(tier = "gold"))]
async fn gold(user: Principal) -> String {
    user.subject().to_owned()
}

fn routes() -> App {
    app!(who, gold)
}

/// An application whose tokens are asked about at a scripted endpoint.
struct Stage {
    bench: Bench,
    scripted: Scripted,
    now: u64,
}

impl Stage {
    async fn start() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            bench: start().await,
            scripted: Scripted::start().await,
            now: now.expect("a time").as_secs(),
        }
    }

    fn serve(&self, start: fn(App, oidc::Oidc) -> Server) -> (Server, Logs) {
        let logs = Logs::default();
        let now = UNIX_EPOCH + std::time::Duration::from_secs(self.now);
        let builder = self.scripted.at(builder(&self.bench)).clock(move || now);
        let oidc = builder.build().expect("the configuration is sound");
        let server = logs.listen(|| start(routes(), oidc));
        (server, logs)
    }

    /// An answer about alice with these members changed; null removes one.
    fn answer(&self, changes: &Value) -> Value {
        let mut answer = json!({
            "active": true,
            "iss": self.bench.idp.issuer(),
            "aud": CLIENT,
            "sub": "alice",
            "client_id": "app",
            "exp": self.now + 300,
            "scope": "read write",
        });
        let members = answer.as_object_mut().expect("an object");
        for (name, value) in changes.as_object().expect("an object") {
            match value {
                Value::Null => drop(members.remove(name)),
                value => drop(members.insert(name.clone(), value.clone())),
            }
        }
        answer
    }
}

#[tokio::test]
async fn of_active_tokens() {
    let stage = Stage::start().await;
    let (now, issuer) = (stage.now, stage.bench.idp.issuer().to_owned());
    let cases = [
        ("all members", json!({}), json!({})),
        ("no issuer", json!({ "iss": null }), json!({})),
        ("no expiry", json!({ "exp": null }), json!({})),
        ("the last second", json!({ "exp": now + 1 }), json!({})),
        (
            "parts of seconds",
            json!({ "exp": 1.5 + f64::from(u32::try_from(now).expect("before 2106")) }),
            json!({}),
        ),
        (
            "no scope",
            json!({ "scope": null }),
            json!({ "scopes": [] }),
        ),
        (
            "an empty scope",
            json!({ "scope": "" }),
            json!({ "scopes": [] }),
        ),
        (
            "a list of scopes",
            json!({ "scope": ["read", "write"] }),
            json!({}),
        ),
        (
            "a list of audiences",
            json!({ "aud": ["other", CLIENT] }),
            json!({ "audiences": ["other", CLIENT] }),
        ),
        (
            "valid within the tolerance",
            json!({ "nbf": now + 20 }),
            json!({}),
        ),
        (
            "an application",
            json!({ "sub": null }),
            json!({ "sub": "app", "application": true, "identity": format!("{issuer}") }),
        ),
        (
            "no application",
            json!({ "client_id": null }),
            json!({ "client": null }),
        ),
        (
            "roles",
            json!({ "roles": ["admin"] }),
            json!({ "roles": ["admin"] }),
        ),
        (
            "claims of the sign-in",
            json!({ "nonce": "n", "at_hash": "h" }),
            json!({}),
        ),
        (
            "token_use of Ory Hydra",
            json!({ "token_use": "access_token" }),
            json!({}),
        ),
        (
            "further members",
            json!({ "tier": "gold", "x": { "active": false } }),
            json!({ "tier": "gold" }),
        ),
        (
            "token_type",
            json!({ "token_type": "Bearer", "username": "a", "jti": "1" }),
            json!({}),
        ),
    ];
    for start in [Server::axum, Server::actix] {
        let (server, _) = stage.serve(start);
        for (number, (case, changes, expected)) in cases.iter().enumerate() {
            let answer = stage.answer(changes);
            stage
                .scripted
                .respond_with(Answer::json(answer.to_string()));
            let token = format!("opaque-{number}");
            for round in ["fresh", "cached"] {
                let reply = server.get("/who", token.as_str()).await;
                assert_eq!(reply.status, 200, "{case}, {round}: {reply:?}");
                let found: Value = serde_json::from_str(&reply.body).expect("JSON");
                let mut facts = json!({
                    "sub": "alice",
                    "iss": issuer,
                    "issuer": "own",
                    "scopes": ["read", "write"],
                    "roles": [],
                    "application": false,
                    "client": "app",
                    "audiences": [CLIENT],
                    "tier": null,
                });
                let expected = expected.as_object().expect("an object").clone();
                facts.as_object_mut().expect("an object").extend(expected);
                for (name, value) in facts.as_object().expect("an object") {
                    if name == "identity" {
                        continue;
                    }
                    assert_eq!(found[name], *value, "{case}, {round}: {name}: {found}");
                }
                let identity = found["identity"].as_str().expect("a text");
                let subject = facts["sub"].as_str().expect("a text");
                assert!(identity.contains(&issuer) && identity.contains(subject));
            }
            assert_eq!(stage.scripted.take().len(), 1, "{case}");
        }
    }
}

/// Rules read the answer as they read the claims of a JWT.
#[tokio::test]
async fn satisfy_rules() {
    let stage = Stage::start().await;
    for start in [Server::axum, Server::actix] {
        let (server, logs) = stage.serve(start);
        for (token, changes, code) in [
            ("gold", json!({ "tier": "gold" }), None),
            ("tin", json!({ "tier": "tin" }), Some("policy_denied")),
            ("none", json!({}), Some("policy_denied")),
            (
                "reads-nothing",
                json!({ "tier": "gold", "scope": "write" }),
                Some("scope_missing"),
            ),
        ] {
            let answer = stage.answer(&changes);
            stage
                .scripted
                .respond_with(Answer::json(answer.to_string()));
            for _ in 0..2 {
                codes(&logs);
                let reply = server.get("/gold", token).await;
                let status = if code.is_none() { 200 } else { 403 };
                assert_eq!(reply.status, status, "{token}: {reply:?}");
                assert_eq!(codes(&logs), code.into_iter().collect::<Vec<_>>());
            }
        }
    }
}

/// 401: the token is at fault.
#[tokio::test]
async fn of_tokens_that_are_not_valid_here() {
    let stage = Stage::start().await;
    let now = stage.now;
    let cases = [
        ("token_inactive", json!({ "active": false })),
        ("audience_mismatch", json!({ "aud": null })),
        ("audience_mismatch", json!({ "aud": [] })),
        ("audience_mismatch", json!({ "aud": "other" })),
        ("audience_mismatch", json!({ "aud": "shop2" })),
        ("audience_mismatch", json!({ "aud": "SHOP" })),
        ("audience_mismatch", json!({ "aud": "shop other" })),
        ("audience_mismatch", json!({ "aud": ["other", "sho"] })),
        (
            "issuer_mismatch",
            json!({ "iss": "https://attacker.example" }),
        ),
        ("issuer_mismatch", json!({ "iss": "" })),
        (
            "issuer_mismatch",
            json!({ "iss": format!("{}/", stage.bench.idp.issuer()) }),
        ),
        ("token_expired", json!({ "exp": now })),
        ("token_expired", json!({ "exp": now - 1 })),
        ("token_expired", json!({ "exp": 0 })),
        ("token_not_yet_valid", json!({ "nbf": now + 60 })),
        ("token_bound", json!({ "cnf": { "jkt": "AAAA" } })),
        ("token_bound", json!({ "cnf": { "x5t#S256": "AAAA" } })),
        ("token_bound", json!({ "cnf": {} })),
        (
            "claims_malformed",
            json!({ "sub": null, "client_id": null }),
        ),
        ("claims_malformed", json!({ "sub": "", "client_id": null })),
        ("claims_malformed", json!({ "sub": null, "client_id": "" })),
        ("not_an_access_token", json!({ "events": {} })),
        ("not_an_access_token", json!({ "typ": "Refresh" })),
        ("not_an_access_token", json!({ "token_use": "id" })),
    ];
    for start in [Server::axum, Server::actix] {
        let (server, logs) = stage.serve(start);
        for (number, (code, changes)) in cases.iter().enumerate() {
            let answer = stage.answer(changes);
            stage
                .scripted
                .respond_with(Answer::json(answer.to_string()));
            for _ in 0..2 {
                codes(&logs);
                let reply = server.get("/who", format!("bad-{number}").as_str()).await;
                assert_eq!(reply.status, 401, "{changes}: {reply:?}");
                assert!(reply.challenge().contains("error=\"invalid_token\""));
                assert_eq!(codes(&logs), [*code], "{changes}");
            }
        }
    }
}

/// The log tells an operator what to mend, as for a JWT.
#[tokio::test]
async fn that_do_not_fit_are_explained() {
    let stage = Stage::start().await;
    let issuer = stage.bench.idp.issuer();
    let cases = [
        (json!({ "aud": "other" }), "accepted", "shop"),
        (json!({ "iss": "https://x.example" }), "expected", issuer),
        (json!({ "cnf": {} }), "code", "token_bound"),
        (json!({ "events": {} }), "claim", "events"),
        (json!({ "sub": "" }), "claim", "sub"),
    ];
    for start in [Server::axum, Server::actix] {
        let (server, logs) = stage.serve(start);
        for (number, (changes, field, part)) in cases.iter().enumerate() {
            let answer = stage.answer(changes);
            stage
                .scripted
                .respond_with(Answer::json(answer.to_string()));
            logs.take();
            let reply = server.get("/who", format!("odd-{number}").as_str()).await;
            assert_eq!(reply.status, 401, "{changes}: {reply:?}");
            let lines = logs.take();
            let explains = |line: &&Line| line.target == "oidc_runtime::token::explain";
            let [explanation] = lines.iter().filter(explains).collect::<Vec<_>>()[..] else {
                panic!("{changes}: not one explanation: {lines:#?}");
            };
            assert!(explanation.field(field).contains(part), "{explanation}");
        }
    }
}

fn with_status(status: u16, body: &str) -> Answer {
    Answer {
        status,
        ..Answer::json(body)
    }
}

/// 503: the server is at fault, or the application's own credentials are. Never 401, for the token may be
/// good.
#[tokio::test]
async fn that_are_none() {
    let stage = Stage::start().await;
    let good = stage.answer(&json!({}));
    let text = good.to_string();
    let (half, _) = text.split_at(text.len() / 2);
    let changed = |changes| Answer::json(stage.answer(&changes).to_string());
    let of_type = |content_type| Answer {
        content_type,
        ..Answer::json(text.as_str())
    };
    let failed = "introspection_failed";
    let unauthorized = "introspection_unauthorized";
    let mut cases = vec![
        (failed, Answer::json("")),
        (failed, Answer::json("{}")),
        (failed, Answer::json("null")),
        (failed, Answer::json("true")),
        (failed, Answer::json("\"active\"")),
        (failed, Answer::json(format!("[{text}]"))),
        (failed, Answer::json(half)),
        (failed, Answer::json(format!("{text}{text}"))),
        (failed, Answer::json(format!("{text} x"))),
        (failed, Answer::json(format!("\u{feff}{text}"))),
        (failed, Answer::json(text.replace("alice", "al\\ud800ce"))),
        (
            failed,
            Answer::json(b"{\"active\":true,\"sub\":\"\xff\"}".to_vec()),
        ),
        (failed, Answer::json(r#"{"active":false,"active":true}"#)),
        (
            failed,
            Answer::json(text.replacen('{', r#"{"active":true,"#, 1)),
        ),
        (
            failed,
            Answer::json(text.replacen('{', r#"{"sub":"bob","#, 1)),
        ),
        (
            failed,
            Answer::json(text.replacen('{', r#"{"\u0073ub":"bob","#, 1)),
        ),
        (failed, Answer::json(format!(r#"{{"result":{text}}}"#))),
        (failed, changed(json!({ "active": null }))),
        (failed, changed(json!({ "active": "true" }))),
        (failed, changed(json!({ "active": "false" }))),
        (failed, changed(json!({ "active": 1 }))),
        (failed, changed(json!({ "active": [true] }))),
        (failed, changed(json!({ "active": { "active": true } }))),
        (failed, changed(json!({ "sub": 7 }))),
        (failed, changed(json!({ "sub": ["alice"] }))),
        (failed, changed(json!({ "aud": 7 }))),
        (failed, changed(json!({ "aud": [7, CLIENT] }))),
        (failed, changed(json!({ "aud": { CLIENT: true } }))),
        (failed, changed(json!({ "iss": 7 }))),
        (failed, changed(json!({ "exp": "soon" }))),
        (failed, changed(json!({ "exp": -1 }))),
        (failed, changed(json!({ "nbf": "now" }))),
        (failed, changed(json!({ "scope": 7 }))),
        (failed, changed(json!({ "x": "y".repeat(64 * 1024) }))),
        (failed, of_type(None)),
        (failed, of_type(Some("text/html"))),
        (failed, of_type(Some("text/plain"))),
        (failed, of_type(Some("application/jwt"))),
        (failed, of_type(Some("application/token-introspection+jwt"))),
        (failed, of_type(Some("application/jsonp"))),
        (unauthorized, with_status(401, &text)),
        (unauthorized, with_status(401, "")),
        (
            unauthorized,
            with_status(400, r#"{"error":"invalid_client"}"#),
        ),
        (failed, with_status(400, r#"{"error":"invalid_request"}"#)),
        (
            failed,
            with_status(400, r#"{"error":"unsupported_token_type"}"#),
        ),
    ];
    for status in [
        201, 202, 203, 204, 206, 300, 302, 304, 307, 400, 403, 404, 405, 429, 500, 503,
    ] {
        cases.push((failed, with_status(status, &text)));
        cases.push((failed, with_status(status, r#"{"active":false}"#)));
    }
    for start in [Server::axum, Server::actix] {
        let (server, logs) = stage.serve(start);
        for (number, (code, answer)) in cases.iter().enumerate() {
            let token = format!("opaque-{number}");
            stage.scripted.respond_with(answer.clone());
            for round in 1..=2 {
                codes(&logs);
                let reply = server.get("/who", token.as_str()).await;
                assert_is_unavailable(answer, &reply);
                assert_eq!(codes(&logs), [*code], "{answer:?}, {round}");
                // Nothing of it is kept.
                assert_eq!(stage.scripted.take().len(), 1, "{answer:?}, {round}");
            }
            // A success closes the breaker.
            stage.scripted.respond_with(Answer::json(text.as_str()));
            let reply = server.get("/who", token.as_str()).await;
            assert_eq!(reply.status, 200, "after {answer:?}: {reply:?}");
            stage.scripted.take();
        }
    }
}

fn assert_is_unavailable(answer: &Answer, reply: &Reply) {
    assert_eq!(reply.status, 503, "{answer:?}: {reply:?}");
    let pause = reply.headers.get("retry-after");
    let pause = pause.and_then(|pause| pause.to_str().ok()?.parse::<u64>().ok());
    assert!(pause >= Some(1), "{answer:?}: {reply:?}");
    assert_eq!(reply.challenge(), "", "{answer:?}");
}

/// Parameters of the type change nothing, nor do its capitals.
#[tokio::test]
async fn in_json_of_any_spelling() {
    let stage = Stage::start().await;
    let text = stage.answer(&json!({})).to_string();
    for start in [Server::axum, Server::actix] {
        let (server, _) = stage.serve(start);
        for (number, content_type) in [
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            "Application/JSON",
        ]
        .into_iter()
        .enumerate()
        {
            stage.scripted.respond_with(Answer {
                content_type: Some(content_type),
                ..Answer::json(text.as_str())
            });
            let reply = server.get("/who", format!("t{number}").as_str()).await;
            assert_eq!(reply.status, 200, "{content_type}: {reply:?}");
        }
    }
}
