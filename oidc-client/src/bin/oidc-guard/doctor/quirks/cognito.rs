//! Amazon Cognito.

use super::{CHECK, Finding};

pub(super) fn check() -> Vec<Finding> {
    vec![
        Finding::warning(CHECK, "access tokens of Cognito have no `aud` by default")
            .why("a token that does not say whom it is for is rejected with `claims_malformed`")
            .fix(
                "have a pre token generation trigger add `aud` with the client ID to access tokens, or \
                 request a resource",
            ),
    ]
}
