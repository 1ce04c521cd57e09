//! The companion client for Python, `py-oidc-auth-client`.

use serde_json::Value;
use tokio::process::Command;

use super::install;
use super::process::json_output;

/// Runs `tests/fixtures/python/client.py`, which describes the arguments, and gives its outcome:
/// `{ok: true, token, refreshed?, pages}` or `{ok: false, status, message, detail, pages}`.
pub(crate) async fn companion_client(arguments: &[&str]) -> Value {
    let mut command = Command::new(install::python());
    command
        .arg(install::fixture("python/client.py"))
        .args(arguments);
    json_output(&mut command).await
}
