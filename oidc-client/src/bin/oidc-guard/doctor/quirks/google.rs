//! Google.

use super::{CHECK, Finding};

pub(super) fn check() -> Vec<Finding> {
    vec![
        Finding::warning(
            CHECK,
            "Google's access tokens are opaque, and nobody can be asked about them",
        )
        .why("browser sessions work; routes that are guarded with bearer tokens answer 401")
        .fix("use sessions, or a provider in between that signs users in at Google"),
        Finding::note(CHECK, "Google knows no scope `offline_access`")
            .why("a sign-in that requests it ends with `invalid_scope`")
            .fix("set OIDC_OFFLINE_ACCESS=false"),
    ]
}
