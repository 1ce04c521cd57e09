//! What a request without a token gets.

use super::{Endpoints, silent};
use crate::doctor::fetch::Fetcher;
use crate::doctor::finding::Finding;

const CHECK: &str = "userinfo";

pub(super) async fn check(fetcher: &Fetcher, endpoints: &Endpoints) -> Finding {
    let response = match fetcher.get(&endpoints.url("userinfo")).await {
        Ok(response) => response,
        Err(error) => return silent(CHECK, &error),
    };
    let is_challenged = response.challenge.as_deref().is_some_and(|challenge| {
        challenge
            .get(..6)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
    });
    match response.status {
        401 if is_challenged => Finding::ok(CHECK, "a request without a token is rejected with a challenge"),
        401 => Finding::warning(CHECK, "a request without a token gets no `WWW-Authenticate: Bearer`")
            .why("clients learn from it that a token is missing (RFC 6750 §3)")
            .fix("look for a proxy that removes the header"),
        403 => Finding::warning(CHECK, "a request without a token gets 403")
            .why("clients sign in again on 401 only (RFC 6750 §3.1)")
            .fix("answer 401 with `WWW-Authenticate: Bearer`; look for a proxy that replaces responses"),
        404 | 405 => Finding::note(CHECK, "switched off").why("`oidc-guard whoami` does not work here"),
        status @ 200..=299 => Finding::problem(CHECK, format!("a request without a token gets {status}"))
            .why("it is not guarded, or a proxy adds credentials")
            .fix("look for a proxy that adds an Authorization header, or caches responses"),
        status => Finding::warning(CHECK, format!("a request without a token gets {status}"))
            .why("401 is expected (RFC 6750 §3.1)")
            .fix("see the server's log"),
    }
}
