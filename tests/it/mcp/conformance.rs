//! MCP's own conformance suite against the contract app, by a proxy that adds a token.
//!
//! The suite has no scenario for a protected server; it shows what the guard leaves as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use tokio::process::Command;

use super::clients::{notes, provider};
use crate::support::contract::EXAMPLES;
use crate::support::install;

/// How many checks pass of each scenario that the app can pass in part or as a whole.
const PASSED: [(&str, usize); 11] = [
    ("caching", 4),
    ("dns-rebinding-protection", 2),
    ("http-header-validation", 14),
    ("input-required-result-unsupported-methods", 2),
    ("ping", 2),
    ("sep-2164-resource-not-found", 2),
    ("server-initialize", 3),
    ("server-session-lifecycle", 3),
    ("server-sse-multiple-streams", 2),
    ("server-stateless", 20),
    ("tools-list", 3),
];

/// Which other scenarios may fail, by the beginning of their names, and what the app lacks. It is the
/// guard who answers calls of tools that the app does not have, and not in JSON-RPC: 403.
const LACKING: [(&str, &str); 13] = [
    ("caching", "prompts and resources"),
    ("completion-complete", "completion"),
    ("elicitation-", "the suite's own tools"),
    ("http-custom-header-", "tools with fields of their own"),
    ("input-required-result-", "the suite's own tools"),
    ("json-schema-", "the suite's own tools"),
    ("logging-", "logging"),
    ("prompts-", "prompts"),
    ("resources-", "resources"),
    ("server-sse-polling", "the suite's own tools"),
    ("server-stateless", "the suite's own tools"),
    ("tasks-", "tasks"),
    ("tools-call-", "the suite's own tools"),
];

#[derive(Deserialize)]
struct Check {
    id: String,
    status: Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Success,
    Failure,
    Warning,
    Skipped,
    Info,
}

#[tokio::test]
async fn the_guard_keeps_what_the_server_can_do() {
    let idp = provider().await;
    for example in EXAMPLES {
        let (_server, resource) = notes(example, &idp.discovery_url()).await;
        let token = idp.token().audience(&resource);
        let token = token.scope("notes:read notes:write").mint();
        let scenarios = run(&resource, &token).await;
        assert_eq!(scenarios.len(), 65, "{example}");
        for (scenario, expected) in PASSED {
            let checks = &scenarios[scenario];
            let passed = checks
                .iter()
                .filter(|check| check.status == Status::Success);
            assert_eq!(passed.count(), expected, "{example}: {scenario}");
        }
        for (scenario, checks) in &scenarios {
            let failed = checks.iter().find(|check| check.status == Status::Failure);
            let is_lacking = LACKING.iter().any(|(begin, _)| scenario.starts_with(begin));
            if let Some(failed) = failed.filter(|_| !is_lacking) {
                panic!("{example}: {scenario}: {}", failed.id);
            }
        }
    }
}

/// Runs every scenario.
async fn run(resource: &str, token: &str) -> BTreeMap<String, Vec<Check>> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(install::node());
    command
        .arg(install::fixture("mcp/conformance.mjs"))
        .args([resource, token])
        .arg(folder.path())
        .args(["--suite", "all"]);
    let output = command.kill_on_drop(true).output().await;
    let output = output.expect("Node.js starts");
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains("=== SUMMARY ==="), "{output}");
    results(folder.path())
}

/// The results of each scenario, from folders that are named after it and the time.
fn results(folder: &Path) -> BTreeMap<String, Vec<Check>> {
    let folders = fs::read_dir(folder).expect("the suite has written its results");
    let results = folders.map(|folder| {
        let folder = folder.expect("a folder").path();
        let name = folder.file_name().expect("a name").to_string_lossy();
        let name = name.strip_prefix("server-").expect("a server's results");
        let time = name.len() - "-2026-07-28T00-00-00-000Z".len();
        let checks = fs::read(folder.join("checks.json")).expect("the checks");
        let checks = serde_json::from_slice(&checks).expect("a list of checks");
        (name[..time].to_owned(), checks)
    });
    results.collect()
}
