//! The contract app, in both frameworks.

use super::process::Server;
use super::provider::{NpmProvider, PUBLIC_CLIENT};

/// The examples that are the contract app; a test goes through all of them.
pub(crate) const EXAMPLES: [&str; 2] = ["contract_axum", "contract_actix"];

/// Starts one for [`PUBLIC_CLIENT`] of this provider; `settings` go before that.
pub(crate) async fn start(
    example: &str,
    provider: &NpmProvider,
    settings: &[(&str, &str)],
) -> Server {
    let discovery_url = provider.discovery_url();
    let defaults = [
        ("OIDC_CLIENT_ID", PUBLIC_CLIENT),
        ("OIDC_DISCOVERY_URL", discovery_url.as_str()),
    ];
    Server::example(example, &[&defaults, settings].concat()).await
}

/// The URL of one of its sign-in endpoints, `login` and so on.
pub(crate) fn auth_url(app: &Server, endpoint: &str) -> String {
    format!("{}/api/test/auth/v2/{endpoint}", app.url())
}
