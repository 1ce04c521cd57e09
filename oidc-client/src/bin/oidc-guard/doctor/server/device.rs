//! Signing in on another device (RFC 8628).

use super::{Endpoints, silent};
use crate::doctor::fetch::{Fetched, Fetcher};
use crate::doctor::finding::Finding;

const CHECK: &str = "device_flow";

/// Begins a sign-in that nobody finishes.
pub(super) async fn check(fetcher: &Fetcher, endpoints: &Endpoints) -> Finding {
    match fetcher.post(&endpoints.url("device"), "").await {
        Ok(response) => judge(&response),
        Err(error) => silent(CHECK, &error),
    }
}

fn judge(response: &Fetched) -> Finding {
    let body = response.object().unwrap_or_default();
    let missing: Vec<_> = ["device_code", "user_code", "verification_uri"]
        .into_iter()
        .filter(|name| body.get(*name).and_then(|value| value.as_str()).is_none())
        .collect();
    match response.status {
        200 if missing.is_empty() => Finding::ok(CHECK, "offered"),
        200 => Finding::problem(CHECK, format!("the answer has no `{}`", missing.join("`, `")))
            .why("devices cannot show what RFC 8628 §3.2 demands")
            .fix("look for a proxy that replaces responses, and see the server's log"),
        404 | 405 | 503 => Finding::note(CHECK, "not offered")
            .why("nobody can sign in from a terminal without a browser")
            .fix("switch the device flow on at the provider, and `device` in `oidc::routes!`"),
        502 => Finding::problem(CHECK, "the provider refuses this application")
            .why("the server answers 502: the client or this grant is not set up at the provider")
            .fix("allow the device grant for the client; the server's log names the provider's error"),
        status => Finding::warning(CHECK, format!("answers {status}")).fix("see the server's log"),
    }
}
