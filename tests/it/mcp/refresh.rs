//! What the clients do when their access token has expired: they get another one by themselves, and
//! the protocol session goes on, for its id belongs to the user and not to the token.

use oidc_devidp::TestIdp;
use serde_json::Value;

use super::clients::{PROGRAMS, Program, notes, provider};
use crate::support::contract::EXAMPLES;
use crate::support::process::json_output;

/// An access token of bob's, expired an hour ago.
pub(super) fn expired(idp: &TestIdp, resource: &str) -> String {
    let token = idp.token().sub("bob").audience(resource);
    token.scope("notes:read").expires_in(-3600).mint()
}

#[tokio::test]
async fn they_get_another_token_and_keep_their_session() {
    let idp = provider().await;
    for example in EXAMPLES {
        let (_server, resource) = notes(example, &idp.discovery_url()).await;
        let expired = format!("expired:{}", expired(&idp, &resource));
        for program in &PROGRAMS {
            let mut command = (program.command)();
            let tools = ["list_notes", &expired, "whoami", "list_notes"];
            command.args([&resource, program.era, "bob"]).args(tools);
            let outcome = json_output(&mut command).await;
            println!("{example}, {}: {outcome}", program.name);
            check(&format!("{example}, {}", program.name), program, &outcome);
        }
    }
}

fn check(case: &str, program: &Program, outcome: &Value) {
    let results = outcome["results"].as_array().expect("a list");
    let texts: Vec<_> = results.iter().filter_map(Value::as_str).collect();
    assert_eq!(texts.len(), 3, "{case}: {outcome}");
    let whoami: Value = serde_json::from_str(texts[1]).expect("JSON");
    assert_eq!(whoami["sub"], "bob", "{case}");
    let count = |what: &str| outcome[what].as_u64().expect("a number");
    let sign_ins = outcome["sign_ins"].as_array().expect("a list").len();
    let renewals = if program.refreshes { (1, 1) } else { (2, 0) };
    assert_eq!((sign_ins, count("refreshes")), renewals, "{case}");
    // One without a token, and one with the first.
    let connections = if program.era == "legacy" { 2 } else { 0 };
    assert_eq!(count("connections"), connections, "{case}: {outcome}");
}
