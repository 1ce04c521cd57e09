//! Chromium without a screen.

use serde_json::Value;
use tokio::process::Command;

use super::install;
use super::process::json_output;

/// Runs a script of `tests/fixtures/browser` with `settings`, which the script describes, and
/// gives the JSON it prints.
pub(crate) async fn run(script: &str, settings: &Value) -> Value {
    let chromium = install::program(
        &["chromium", "chromium-browser", "google-chrome"],
        "Chromium (Debian: chromium)",
    );
    let mut command = Command::new(install::node());
    command
        .arg(install::fixture("browser").join(script))
        .arg(settings.to_string())
        .env("CHROMIUM", chromium)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    json_output(&mut command).await
}
