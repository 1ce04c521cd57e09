//! ZITADEL.

use super::{CHECK, Finding, Seen, opaque};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    let mut findings = opaque::check("ZITADEL", seen);
    if seen.words("OIDC_AUTHORIZED_PARTIES").is_empty() {
        findings.push(
            Finding::note(
                CHECK,
                "`aud` has the client IDs of all applications of the project",
            )
            .why("tokens that another application of the project obtained are let in, too")
            .fix("name the clients that may call in OIDC_AUTHORIZED_PARTIES"),
        );
    }
    findings
}
