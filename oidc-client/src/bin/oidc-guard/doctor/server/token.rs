//! Where codes and refresh tokens are redeemed.

use super::{Endpoints, silent};
use crate::doctor::fetch::Fetcher;
use crate::doctor::finding::Finding;

const CHECK: &str = "token";

pub(super) async fn check(fetcher: &Fetcher, endpoints: &Endpoints) -> Finding {
    let response = match fetcher.post(&endpoints.url("token"), "").await {
        Ok(response) => response,
        Err(error) => return silent(CHECK, &error),
    };
    let names_error = response
        .object()
        .is_some_and(|body| body.contains_key("error") || body.contains_key("detail"));
    match response.status {
        400 | 422 if names_error => Finding::ok(CHECK, "a request without a grant is rejected"),
        404 | 405 => Finding::problem(CHECK, format!("answers {}", response.status))
            .why("clients cannot redeem codes or refresh their tokens")
            .fix("do not switch `token` off in `oidc::routes!`, and let the proxy pass POST requests"),
        status => Finding::problem(CHECK, format!("answers {status} to a request without a grant"))
            .why("400 with a JSON body that names the error is expected (RFC 6749 §5.2)")
            .fix("look for a proxy that replaces error responses"),
    }
}
