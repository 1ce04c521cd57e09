//! authentik.

use super::{CHECK, Finding, Seen, slash};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    let mut findings = vec![
        Finding::warning(CHECK, "the access token of a sign-in carries `nonce`")
            .why("it cannot be told from an ID token, and is rejected with `not_an_access_token`")
            .fix(
                "sign in with `offline_access=true`, refresh at once and use the new token, or use the \
                 device flow",
            ),
    ];
    findings.extend(slash(seen));
    let algorithms = seen.document.list("id_token_signing_alg_values_supported");
    if algorithms.is_some_and(|names| names == ["HS256"]) {
        findings.push(
            Finding::problem(CHECK, "the provider has no Signing Key")
                .why("tokens are signed with the client's secret (HS256), which is not accepted")
                .fix("select an RSA, P-256, P-384 or Ed25519 certificate as Signing Key"),
        );
    }
    findings
}
