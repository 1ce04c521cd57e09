//! Other people's MCP clients sign in by themselves, call tools, and sign in again for more: on each
//! framework, in each era of the protocol.

use oidc_devidp::{DevIdp, TestIdp};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::contract::EXAMPLES;
use crate::support::install;
use crate::support::process::{Server, free_port, json_output};

/// How to start a client; the address of the server, the era, the user and the tools follow.
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) command: fn() -> Command,
    pub(super) era: &'static str,
    /// What it does about a rejected token: refresh, or sign in again.
    pub(super) refreshes: bool,
}

pub(super) const PROGRAMS: [Program; 5] = [
    Program {
        name: "PyPI mcp, 2026-07-28",
        command: python,
        era: "auto",
        refreshes: false,
    },
    Program {
        name: "PyPI mcp, 2025-11-25",
        command: python,
        era: "legacy",
        refreshes: false,
    },
    Program {
        name: "npm client, 2026-07-28",
        command: || node("client"),
        era: "auto",
        refreshes: true,
    },
    Program {
        name: "npm client, 2025-11-25",
        command: || node("client"),
        era: "legacy",
        refreshes: true,
    },
    Program {
        name: "npm sdk",
        command: || node("sdk"),
        era: "legacy",
        refreshes: false,
    },
];

fn python() -> Command {
    let mut command = Command::new(install::mcp_python());
    command.arg(install::fixture("mcp/client.py"));
    command
}

fn node(sdk: &str) -> Command {
    let mut command = Command::new(install::node());
    command.arg(install::fixture("mcp/client.mjs")).arg(sdk);
    command
}

/// What bob calls: the third tool needs one more scope, the last one a role.
pub(super) const TOOLS: [&str; 4] = ["list_notes", "whoami", "delete_note", "purge"];

/// A provider at which clients register themselves.
pub(super) async fn provider() -> TestIdp {
    let builder = DevIdp::builder().registration();
    TestIdp::start_with(builder.scopes(["notes:read", "notes:write"])).await
}

/// The contract app, whose address is part of its settings.
pub(super) async fn notes(example: &str, discovery_url: &str) -> (Server, String) {
    let port = free_port().to_string();
    let resource = format!("http://127.0.0.1:{port}/mcp");
    let settings = [
        ("OIDC_CLIENT_ID", "notes"),
        ("OIDC_DISCOVERY_URL", discovery_url),
        ("OIDC_RESOURCE", resource.as_str()),
        ("PORT", port.as_str()),
    ];
    (Server::example(example, &settings).await, resource)
}

#[tokio::test]
async fn they_sign_in_call_and_ask_for_more() {
    let idp = provider().await;
    for example in EXAMPLES {
        let (_server, resource) = notes(example, &idp.discovery_url()).await;
        for Program {
            name, command, era, ..
        } in &PROGRAMS
        {
            let mut command = command();
            command.args([&resource, *era, "bob"]).args(TOOLS);
            let outcome = json_output(&mut command).await;
            println!("{example}, {name}: {outcome}");
            check(&format!("{example}, {name}"), &outcome);
        }
    }
}

/// Checks what came of [`TOOLS`].
pub(super) fn check(case: &str, outcome: &Value) {
    let results = outcome["results"].as_array().expect("a list");
    assert!(results[0].is_string(), "{case}: {outcome}");
    let whoami: Value = serde_json::from_str(results[1].as_str().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{case}: {error}: {outcome}"));
    assert_eq!(whoami["sub"], "bob", "{case}");
    for credential in ["authorization", "cookie", "dpop"] {
        assert_eq!(whoami[credential], json!(false), "{case}: {whoami}");
    }
    assert!(results[2].is_string(), "{case}: {outcome}");
    assert!(
        results[3]["error"].is_string(),
        "{case}: nobody is admin: {outcome}"
    );
    assert_eq!(outcome["registrations"], 1, "{case}");
    let sign_ins = outcome["sign_ins"].as_array().expect("a list");
    assert_eq!(sign_ins.len(), 2, "{case}: {outcome}");
    let asked = |sign_in: usize, scope: &str| {
        let scopes = sign_ins[sign_in].as_str().unwrap_or_default();
        scopes.split(' ').any(|asked| asked == scope)
    };
    assert!(
        asked(0, "notes:read") && !asked(0, "notes:write"),
        "{case}: {outcome}"
    );
    assert!(
        asked(1, "notes:read") && asked(1, "notes:write"),
        "{case}: {outcome}"
    );
}
