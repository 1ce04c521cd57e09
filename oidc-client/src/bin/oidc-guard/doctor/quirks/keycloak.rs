//! Keycloak.

use super::{CHECK, Finding, Seen, segments};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    let mut findings = vec![audience(seen)];
    if segments(&seen.asked).ends_with(&["realms", "master"]) {
        findings.push(
            Finding::warning(CHECK, "the realm is `master`")
                .why("it is there to administer Keycloak: its users and clients can be administrators")
                .fix("create a realm for the application and its users"),
        );
    }
    findings
}

fn audience(seen: &Seen<'_>) -> Finding {
    let audiences = seen.words("OIDC_AUDIENCE");
    if audiences.iter().any(|audience| audience == "account") {
        return Finding::problem(CHECK, "OIDC_AUDIENCE contains `account`")
            .why("tokens of nearly every client of the realm have it: all of them would be let in")
            .fix("add an Audience mapper for this application, and set OIDC_AUDIENCE to its audience");
    }
    Finding::note(
        CHECK,
        "Keycloak does not put the requesting client into `aud`",
    )
    .why("without a mapper every access token is rejected with `audience_mismatch`")
    .fix(
        "in the client: Client scopes → …-dedicated → Configure a new mapper → Audience, with the \
             client or audience that OIDC_AUDIENCE names, and Add to access token on",
    )
}
