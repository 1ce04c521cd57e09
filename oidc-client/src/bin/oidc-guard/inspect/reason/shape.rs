//! What a token looks like.

use super::{Case, Words};
use crate::inspect::reading::Kind;

pub(super) fn malformed(case: &Case<'_>) -> Words {
    if case.token.kind == Kind::Jwt {
        return (
            "it looks like a JWT, and parts of it cannot be decoded".to_owned(),
            "copy the token again, to the last character".to_owned(),
        );
    }
    if case.issuer().is_asked {
        return (
            "it is opaque, and no issuer is to be asked about it".to_owned(),
            "check OIDC_TOKEN_PREFIX, which opaque tokens of the provider begin with".to_owned(),
        );
    }
    (
        "it is opaque: no JWT, so only its issuer can read it".to_owned(),
        "have the provider issue JWTs, for which it may need an API or audience (Auth0, Okta) or a token type \
         (ZITADEL); or set OIDC_INTROSPECTION=opaque, if the provider can be asked"
            .to_owned(),
    )
}

pub(super) fn encrypted() -> Words {
    (
        "it is encrypted (JWE)".to_owned(),
        "switch encryption of access tokens off for this client or API at the provider".to_owned(),
    )
}

pub(super) fn too_large(case: &Case<'_>) -> Words {
    (
        format!(
            "it has {} bytes, the server accepts 16384",
            case.token.length
        ),
        "put fewer groups or roles into tokens".to_owned(),
    )
}

pub(super) fn characters() -> Words {
    (
        "it contains characters that no bearer token has, or nothing at all".to_owned(),
        "pass the token alone, without quotes, spaces and line breaks in it".to_owned(),
    )
}

pub(super) fn inactive(case: &Case<'_>) -> Words {
    let issuer = &case.issuer().address;
    (
        format!(
            "{issuer} was asked and says that it is not active: expired, revoked or never issued there"
        ),
        "sign in again; if it is fresh, check that this client is among its audiences".to_owned(),
    )
}
