//! The verdict of the server's own code.

use crate::doctor::finding::Finding;
use crate::settings::Settings;

const CHECK: &str = "server";

/// Does what a server does at start-up: reads the document and the keys, with its own rules.
pub(super) async fn check(server: &Settings) -> Finding {
    match accepted(server).await {
        Ok(keys) => Finding::ok(
            CHECK,
            format!("a server accepts this provider; usable keys: {keys}"),
        ),
        Err(error) => Finding::problem(CHECK, error)
            .why("this is what the server itself says at start-up")
            .fix("see the other findings"),
    }
}

/// How many keys it would have.
async fn accepted(server: &Settings) -> Result<usize, String> {
    let oidc = server.oidc().map_err(|error| error.to_string())?;
    oidc.discover().await.map_err(|error| error.to_string())?;
    Ok(oidc.health().issuers.first().map_or(0, |own| own.keys))
}
