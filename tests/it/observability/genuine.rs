//! A genuine token that is rejected may show a mistake of the configuration, so the log names what
//! it lacks. It repeats nothing of other tokens.

use oidc_devidp::TokenBuilder;
use serde_json::json;
use tracing::Level;

use crate::support::bench::Bench;
use crate::support::logs::{Line, Logs};
use crate::support::servers::{Server, guarded_app};

/// What is sent, and what the event has to contain, by field.
struct Case {
    name: &'static str,
    token: fn(TokenBuilder) -> TokenBuilder,
    event: &'static [(&'static str, &'static str)],
}

/// The events that explain what is wrong with a token.
fn explanations(lines: &[Line]) -> Vec<&Line> {
    let explains = |line: &&Line| line.target.starts_with("oidc_runtime::token");
    lines.iter().filter(explains).collect()
}

async fn check(configure: fn(oidc::OidcBuilder) -> oidc::OidcBuilder, cases: &[Case]) {
    let bench = Bench::start().await;
    for start in [Server::axum, Server::actix] {
        let oidc = configure(bench.builder()).build().expect("sound");
        let logs = Logs::default();
        let server = logs.listen(|| start(guarded_app!(required()), oidc));
        for case in cases {
            let token = || (case.token)(bench.idp.token());
            logs.take();
            let genuine = token().mint();
            assert_eq!(server.get("/required", genuine.as_str()).await.status, 401);
            let lines = logs.take();
            let [explanation] = explanations(&lines)[..] else {
                panic!("{}: not one explanation: {lines:#?}", case.name);
            };
            assert_eq!(explanation.level, Some(Level::INFO), "{}", case.name);
            for (field, part) in case.event {
                let value = explanation.field(field);
                assert!(value.contains(part), "{}: {explanation}", case.name);
            }

            let (start, _) = genuine.rsplit_once('.').expect("three parts");
            let forged = format!("{start}.{}", "A".repeat(342));
            for forged in [forged, token().kid("unknown").mint()] {
                assert_eq!(server.get("/required", forged.as_str()).await.status, 401);
                let lines = logs.take();
                assert!(explanations(&lines).is_empty(), "{}: {lines:#?}", case.name);
            }
        }
    }
}

const MALFORMED: (&str, &str) = ("code", "claims_malformed");
const NUMBER: (&str, &str) = ("expected", "a number of seconds since 1970");

#[tokio::test]
async fn a_missing_or_malformed_claim_is_named() {
    let cases = [
        Case {
            name: "no audience",
            token: |token| token.without("aud"),
            event: &[
                MALFORMED,
                ("claim", "aud"),
                ("expected", "a string or an array of strings that contains"),
                ("expected", r#"["oidc-guard-dev"]"#),
            ],
        },
        Case {
            name: "audience a number",
            token: |token| token.claim("aud", json!(7)),
            event: &[MALFORMED, ("claim", "aud")],
        },
        Case {
            name: "no expiry",
            token: |token| token.without("exp"),
            event: &[MALFORMED, ("claim", "exp"), NUMBER],
        },
        Case {
            name: "expiry a string",
            token: |token| token.claim("exp", json!("soon")),
            event: &[MALFORMED, ("claim", "exp"), NUMBER],
        },
        Case {
            name: "issued at a string",
            token: |token| token.claim("iat", json!("1700000000")),
            event: &[MALFORMED, ("claim", "iat"), NUMBER],
        },
        Case {
            name: "no issuer",
            token: |token| token.without("iss"),
            event: &[MALFORMED, ("claim", "iss"), ("expected", "a string")],
        },
        Case {
            name: "empty subject",
            token: |token| token.claim("sub", json!("")),
            event: &[
                MALFORMED,
                ("claim", "sub"),
                ("expected", "a non-empty string"),
            ],
        },
        Case {
            name: "scope an object",
            token: |token| token.claim("scope", json!({ "read": true })),
            event: &[
                MALFORMED,
                ("claim", "scope"),
                ("expected", "array of strings"),
            ],
        },
    ];
    check(|builder| builder, &cases).await;
}

#[tokio::test]
async fn the_kind_of_token_is_named() {
    let cases = [
        Case {
            name: "unmarked",
            token: |token| {
                let token = token.without("scope").without("client_id");
                token.header("typ", json!("JWT"))
            },
            event: &[
                ("code", "not_an_access_token"),
                ("missing", "at+jwt"),
                ("missing", "`client_id`"),
                ("message", "`audience`"),
                ("message", "OIDC_AUDIENCE"),
                ("message", "`insecure_accept_unmarked_tokens`"),
            ],
        },
        Case {
            name: "nonce",
            token: |token| token.nonce("n"),
            event: &[("code", "not_an_access_token"), ("claim", "nonce")],
        },
        Case {
            name: "nonce a number",
            token: |token| token.claim("nonce", json!(7)),
            event: &[("code", "not_an_access_token"), ("claim", "nonce")],
        },
        Case {
            name: "events",
            token: |token| token.claim("events", json!({})),
            event: &[("code", "not_an_access_token"), ("claim", "events")],
        },
        Case {
            name: "token_use",
            token: |token| token.claim("token_use", json!("id")),
            event: &[("code", "not_an_access_token"), ("claim", "token_use")],
        },
    ];
    check(|builder| builder, &cases).await;
}

#[tokio::test]
async fn a_sender_constrained_token_is_named() {
    let cases = [Case {
        name: "DPoP",
        token: |token| token.claim("cnf", json!({ "jkt": "AAAA" })),
        event: &[
            ("code", "token_bound"),
            ("message", "`cnf`"),
            ("message", "DPoP"),
        ],
    }];
    check(|builder| builder, &cases).await;
}

#[tokio::test]
async fn another_authorized_party_is_named() {
    let cases = [
        Case {
            name: "another",
            token: |token| token.claim("azp", json!("some-wiki")),
            event: &[
                ("code", "azp_mismatch"),
                ("found", r#""some-wiki""#),
                ("accepted", r#"["web", "mobile"]"#),
                ("message", "`authorized_parties`"),
            ],
        },
        Case {
            name: "none",
            token: |token| token.without("azp").without("client_id"),
            event: &[("code", "azp_mismatch"), ("found", "None")],
        },
    ];
    check(
        |builder| builder.authorized_parties(["web", "mobile"]),
        &cases,
    )
    .await;
}
