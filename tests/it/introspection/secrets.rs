//! Neither the tokens nor the credentials are in what is logged or responded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oidc::{Introspect, Principal, Rejection};
use oidc_devidp::{Endpoint, Fault};
use reqwest::Url;
use serde_json::json;

use super::scripted::{Answer, Scripted};
use super::{CLIENT, SECRET, builder, opaque, start};
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::secrets::Secrets;
use crate::support::servers::{App, Server, app};

#[oidc::required]
async fn required(user: Principal) -> String {
    format!("{user:?}")
}

#[oidc::required(scopes = "impossible")]
async fn scoped() -> &'static str {
    "never"
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    format!("{user:?}")
}

#[oidc::public(reason = "shows a rejection")]
async fn rejected(user: Result<Principal, Rejection>) -> String {
    format!("{user:?}")
}

fn routes() -> App {
    app!(required, scoped, optional, rejected)
}

fn credentials() -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add("the client secret", SECRET);
    let form = Url::parse_with_params("http://x/", [("", SECRET)]).expect("a URL");
    let form = form.query().expect("a parameter").trim_start_matches('=');
    secrets.add("the form of the client secret", form);
    let basic = STANDARD.encode(format!("{CLIENT}:{form}"));
    secrets.add("the Basic credentials", &basic[8..]);
    secrets
}

async fn ask(server: &Server, token: &str) -> Vec<Reply> {
    let mut replies = Vec::new();
    for path in ["/required", "/scoped", "/optional", "/rejected"] {
        replies.push(server.get(path, token).await);
    }
    replies
}

fn check(secrets: &Secrets, logs: &Logs, replies: &[Reply]) {
    let lines = logs.take();
    for target in ["oidc_runtime", "hyper_util"] {
        let is_heard = lines.iter().any(|line| line.target.starts_with(target));
        assert!(is_heard, "{target} is not heard");
    }
    for line in &lines {
        secrets.assert_none_in("a log line", &line.to_string());
    }
    for reply in replies {
        secrets.assert_none_in("a response", &format!("{reply:?}"));
    }
}

#[tokio::test]
async fn are_not_printed() {
    let bench = start().await;
    let faults = [
        None,
        Some(Fault::Down),
        Some(Fault::Status(401)),
        Some(Fault::Status(500)),
        Some(Fault::Garbage),
        Some(Fault::WrongIssuer),
        Some(Fault::Huge(1 << 20)),
        Some(Fault::Error("invalid_client".to_owned())),
    ];
    for start in [Server::axum, Server::actix] {
        for mode in [Introspect::Opaque, Introspect::Always] {
            for fault in &faults {
                bench.idp.heal();
                if let Some(fault) = fault {
                    bench.idp.fault(Endpoint::Introspection, fault.clone());
                }
                let mut secrets = credentials();
                let oidc = builder(&bench).introspect(mode).build();
                let oidc = oidc.expect("the configuration is sound");
                secrets.assert_none_in("the client", &format!("{oidc:?} {oidc:#?}"));
                let logs = Logs::default();
                let server = logs.listen(|| start(routes(), oidc));
                let mut replies = Vec::new();
                let foreign = opaque(&bench.idp).audience("another");
                for (name, token) in [
                    ("a good token", opaque(&bench.idp).mint()),
                    ("a foreign token", foreign.mint()),
                    (
                        "an unknown token",
                        "unknown-0123456789-abcdefghij".to_owned(),
                    ),
                    ("a JWT", bench.good_token()),
                ] {
                    secrets.add_token(name, &token);
                    replies.extend(ask(&server, &token).await);
                }
                check(&secrets, &logs, &replies);
            }
        }
    }
}

/// A server that repeats the token or the credentials, wherever it can.
#[tokio::test]
async fn that_the_server_repeats_are_not_printed() {
    const TOKEN: &str = "opaque-0123456789-abcdefghij";
    let bench = start().await;
    let scripted = Scripted::start().await;
    let secrets_of = || {
        let mut secrets = credentials();
        secrets.add("the token", TOKEN);
        secrets
    };
    let with_status = |status, body: serde_json::Value| Answer {
        status,
        ..Answer::json(body.to_string())
    };
    let answers = [
        with_status(400, json!({ "error": TOKEN })),
        with_status(400, json!({ "error": format!("unknown_token_{TOKEN}") })),
        with_status(
            400,
            json!({ "error": "invalid_request", "error_description": TOKEN }),
        ),
        with_status(400, json!({ "error": SECRET })),
        with_status(
            500,
            json!({ "message": TOKEN, "error": { "token": TOKEN } }),
        ),
        with_status(401, json!({ "error": TOKEN })),
        with_status(200, json!({ "active": TOKEN })),
        with_status(200, json!({ "active": true, "aud": TOKEN, "token": TOKEN })),
        with_status(200, json!({ "active": true, "aud": CLIENT, "iss": TOKEN })),
        with_status(
            200,
            json!({ "active": true, "aud": CLIENT, "sub": 7, TOKEN: TOKEN }),
        ),
        with_status(200, json!({ "active": true, "aud": CLIENT, "exp": TOKEN })),
    ];
    for start in [Server::axum, Server::actix] {
        for answer in &answers {
            let secrets = secrets_of();
            let logs = Logs::default();
            let oidc = scripted.at(builder(&bench)).build();
            let oidc = oidc.expect("the configuration is sound");
            let server = logs.listen(|| start(routes(), oidc));
            scripted.respond_with(answer.clone());
            let replies = ask(&server, TOKEN).await;
            assert_ne!(replies[0].status, 200, "{answer:?}");
            check(&secrets, &logs, &replies);
        }
    }
}
