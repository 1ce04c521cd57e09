//! MCP's own conformance suite, by a proxy that adds a token.
//!
//! The suite has no scenario for a protected server; it shows what the guard leaves as it is: on one
//! server with and without it, and on the contract apps.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use oidc::Tools;
use rmcp::model::{CallToolResult, ContentBlock, ProgressNotificationParam, RequestMetaObject};
use rmcp::service::Peer;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{RoleServer, ServerHandler, tool, tool_handler, tool_router};
use serde::Deserialize;
use tokio::process::Command;

use super::clients::{notes, provider};
use super::{AnyUser, Reader, Writer, token};
use crate::support::bench::Bench;
use crate::support::contract::EXAMPLES;
use crate::support::install;
use crate::support::servers::Server;

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

#[derive(Debug, PartialEq, Eq, Deserialize)]
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

/// A server with some of the tools that the suite calls.
#[derive(Clone, Copy)]
struct Suite;

#[tool_router]
impl Suite {
    #[tool(description = "Returns a text")]
    async fn test_simple_text(&self) -> String {
        "This is a simple text response for testing.".to_owned()
    }

    #[tool(description = "Returns an error")]
    async fn test_error_handling(&self) -> CallToolResult {
        let text = "This tool intentionally returns an error for testing";
        CallToolResult::error(vec![ContentBlock::text(text)])
    }

    #[tool(description = "Reports its progress")]
    async fn test_tool_with_progress(
        &self,
        meta: RequestMetaObject,
        client: Peer<RoleServer>,
    ) -> String {
        let token = meta.get_progress_token();
        for progress in [0.0, 50.0, 100.0] {
            if let Some(token) = token.clone() {
                let progress = ProgressNotificationParam::new(token, progress).with_total(100.0);
                let notified = client.notify_progress(progress).await;
                notified.expect("the client listens");
            }
        }
        "done".to_owned()
    }
}

#[tool_handler(name = "suite")]
impl ServerHandler for Suite {}

fn suite() -> StreamableHttpService<Suite, LocalSessionManager> {
    StreamableHttpService::new(
        || Ok(Suite),
        Arc::default(),
        StreamableHttpServerConfig::default(),
    )
}

#[tokio::test]
async fn a_server_is_the_same_behind_the_guard() {
    let bench = Bench::start().await;
    let oidc = super::notes(&bench);
    let server = Server::axum_of(move || {
        let tools = Tools::new()
            .with("test_simple_text", AnyUser)
            .with("test_error_handling", AnyUser)
            .with("test_tool_with_progress", Writer)
            .unknown(AnyUser);
        axum::Router::new()
            .nest_service("/mcp", oidc.mcp(suite(), Reader, tools))
            .nest_service("/bare", suite())
    });
    let token = token(&bench, "notes:write");
    let [mut guarded, mut bare] = [BTreeMap::new(), BTreeMap::new()];
    for (path, results) in [("/mcp", &mut guarded), ("/bare", &mut bare)] {
        *results = run(&format!("http://{}{path}", server.address), &token).await;
        // Whom the guard takes for a foreign page is not up to the server.
        results.remove("dns-rebinding-protection");
    }
    for scenario in [
        "tools-call-simple-text",
        "tools-call-error",
        "tools-call-with-progress",
    ] {
        let checks = &guarded[scenario];
        let passed = checks.iter().all(|check| check.status == Status::Success);
        assert!(passed, "{scenario}: {checks:?}");
    }
    assert_eq!(guarded.len(), 64);
    let mut different = Vec::new();
    for (scenario, checks) in &guarded {
        assert_eq!(checks.len(), bare[scenario].len(), "{scenario}");
        let checks = checks.iter().zip(&bare[scenario]);
        let unequal = checks.filter(|(guarded, bare)| guarded != bare);
        different.extend(unequal.map(|(guarded, _)| (&**scenario, &*guarded.id)));
    }
    assert!(different.is_empty(), "{different:?}");
}

#[tokio::test]
async fn the_contract_apps_can_do_what_they_could_unguarded() {
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
