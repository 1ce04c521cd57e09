//! Signing in: where the browser is sent, and for whom.

use super::authorization::{Request, probable_issuer};
use super::{Endpoints, silent};
use crate::doctor::fetch::{Fetched, Fetcher};
use crate::doctor::finding::Finding;
use crate::output::text::printable;

/// Where programs on the user's machine wait for the code.
const LOOPBACK: &str = "http://localhost:53100/callback";
/// An address that nobody allowed.
const FOREIGN: &str = "https://not-allowed.example/callback";

pub(super) async fn check(fetcher: &Fetcher, endpoints: &Endpoints) -> Vec<Finding> {
    let mut findings = match fetcher.get(&endpoints.login(LOOPBACK)).await {
        Ok(response) => loopback(&response),
        Err(error) => vec![silent("login", &error)],
    };
    findings.push(match fetcher.get(&endpoints.login(FOREIGN)).await {
        Ok(response) => foreign(&response),
        Err(error) => silent("redirect_uris", &error),
    });
    findings
}

fn loopback(response: &Fetched) -> Vec<Finding> {
    let status = response.status;
    match Request::of(response) {
        Some(request) => {
            let mut findings = request.judge(LOOPBACK);
            findings.push(provider(&request));
            findings
        }
        None if matches!(status, 400 | 403) => vec![
            Finding::warning("login", format!("rejects {LOOPBACK} with {status}"))
                .why("programs on the user's machine, such as `oidc-guard login`, cannot sign in by a browser")
                .fix("remove OIDC_LOOPBACK_REDIRECTS=false, if there are such programs"),
        ],
        None if status >= 500 => vec![
            Finding::problem("login", format!("answers {status}: {}", detail(response)))
                .why("nobody can sign in")
                .fix("see the server's log; check its provider with `oidc-guard doctor PROVIDER`"),
        ],
        None => vec![
            Finding::problem("login", format!("answers {status} and no redirect to a provider"))
                .why("nobody can sign in")
                .fix("check that this is the address of the sign-in endpoints, with their prefix"),
        ],
    }
}

fn provider(request: &Request) -> Finding {
    let issuer = probable_issuer(request);
    Finding::note("provider", format!("sign-ins go to {issuer}"))
        .why("the provider is a server of its own, which was not asked")
        .fix(format!("check it, too: oidc-guard doctor {issuer}"))
}

fn foreign(response: &Fetched) -> Finding {
    const CHECK: &str = "redirect_uris";
    match Request::of(response) {
        Some(request) if request.redirect_uri() == FOREIGN => {
            Finding::warning(CHECK, "any redirect URI is passed to the provider")
                .why("only the provider's list of redirect URIs keeps codes from going elsewhere")
                .fix("allow single addresses only (OIDC_ALLOWED_REDIRECTS), and register no patterns at the provider")
        }
        _ if response.status == 400 => Finding::ok(CHECK, "an address that is not allowed is rejected"),
        _ => Finding::note(CHECK, format!("an address that is not allowed gets {}", response.status)),
    }
}

fn detail(response: &Fetched) -> String {
    let body = response.object().unwrap_or_default();
    let detail = body.get("detail").and_then(|detail| detail.as_str());
    printable(detail.unwrap_or("no reason is given"))
}
