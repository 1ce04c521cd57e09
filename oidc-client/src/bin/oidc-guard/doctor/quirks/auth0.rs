//! Auth0.

use super::{CHECK, Finding, Seen, slash};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    let mut findings = vec![audience(seen)];
    findings.extend(slash(seen));
    if seen.document.text("end_session_endpoint").is_none() {
        findings.push(
            Finding::note(
                CHECK,
                "the tenant does not announce its end-session endpoint",
            )
            .why("signing out does not reach Auth0")
            .fix(
                "Settings → Advanced → Login and Logout → RP-Initiated Logout End Session Endpoint \
                     Discovery",
            ),
        );
    }
    findings
}

fn audience(seen: &Seen<'_>) -> Finding {
    const FIX: &str = "create an API, make its Identifier the tenant's Default Audience (Settings → General → \
                       API Authorization Settings), and set OIDC_AUDIENCE to it";
    let audiences = seen.words("OIDC_AUDIENCE");
    if audiences
        .iter()
        .any(|audience| audience.ends_with(".auth0.com/userinfo"))
    {
        return Finding::problem(CHECK, "OIDC_AUDIENCE is that of the userinfo endpoint")
            .why("tokens for every API of the tenant have it: all of them would be let in")
            .fix(FIX);
    }
    if !audiences.is_empty() {
        return Finding::ok(CHECK, "OIDC_AUDIENCE is set");
    }
    let why = "without an audience in the request, access tokens are opaque (`token_malformed`); with one, \
               `aud` is the Identifier of the API and never the client ID";
    if seen.settings.is_some() {
        Finding::warning(CHECK, "OIDC_AUDIENCE is not set")
            .why(why)
            .fix(FIX)
    } else {
        Finding::note(CHECK, "Auth0 issues JWTs only for the audience of an API")
            .why(why)
            .fix(FIX)
    }
}
