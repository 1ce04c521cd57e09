//! Providers whose access tokens are opaque unless they are told otherwise.

use super::{CHECK, Finding, Seen};

pub(super) fn check(name: &str, seen: &Seen<'_>) -> Vec<Finding> {
    if matches!(seen.word("OIDC_INTROSPECTION"), Some("opaque" | "always")) {
        return vec![Finding::ok(
            CHECK,
            format!("{name} is asked about opaque access tokens"),
        )];
    }
    let finding = Finding::note(
        CHECK,
        format!("access tokens of {name} are opaque by default"),
    );
    vec![
        finding
            .why("they are rejected with `token_malformed`: only the provider can read them")
            .fix("choose JWT access tokens for this client where there is a choice, or set OIDC_INTROSPECTION=opaque"),
    ]
}
