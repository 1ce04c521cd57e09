//! The Python SDK at another provider, npm's `oidc-provider`: it registers itself, names the resource
//! (RFC 8707), signs in, calls, and asks for more.

use serde_json::json;
use tokio::process::Command;

use super::clients::{PROGRAMS, TOOLS, check, notes};
use crate::support::contract::EXAMPLES;
use crate::support::install;
use crate::support::process::{Server, json_output};

async fn provider() -> Server {
    let options = json!({ "registration": ["notes:read", "notes:write"] });
    let mut command = Command::new(install::node());
    command
        .arg(install::fixture("provider/server.mjs"))
        .arg(options.to_string());
    Server::start(&mut command).await
}

#[tokio::test]
async fn python_signs_in_at_another_provider() {
    let provider = provider().await;
    for example in EXAMPLES {
        let (_server, resource) = notes(example, provider.url()).await;
        let python = PROGRAMS
            .iter()
            .filter(|program| program.name.contains("PyPI"));
        for program in python {
            let mut command = (program.command)();
            command.args([&resource, program.era, "bob"]).args(TOOLS);
            let outcome = json_output(&mut command).await;
            check(&format!("{example}, {}", program.name), &outcome);
        }
    }
}
