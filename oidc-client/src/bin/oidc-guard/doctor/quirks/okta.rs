//! Okta.

use super::{CHECK, Finding, Seen, segments};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if segments(&seen.asked).is_empty() {
        findings.push(
            Finding::problem(CHECK, "this is the org authorization server")
                .why("its access tokens are for Okta's own APIs, and nobody else can verify them")
                .fix("configure a custom one, such as https://DOMAIN/oauth2/default"),
        );
    }
    if seen.settings.is_some() && seen.words("OIDC_AUDIENCE").is_empty() {
        findings.push(
            Finding::problem(CHECK, "OIDC_AUDIENCE is not set")
                .why("the client ID is never in `aud` here: every token gets `audience_mismatch`")
                .fix("set it to the Audience of the authorization server; that of `default` is api://default"),
        );
    } else if seen.words("OIDC_AUTHORIZED_PARTIES").is_empty() {
        findings.push(
            Finding::note(
                CHECK,
                "all clients of an authorization server share its audience",
            )
            .why("tokens of the others are let in, too")
            .fix("name the clients that may call in OIDC_AUTHORIZED_PARTIES"),
        );
    }
    findings
}
