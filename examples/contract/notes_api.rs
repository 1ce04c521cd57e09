//! Routes about the notes, and about whoever asks for them.

use oidc::Principal;
use serde_json::{Value, json};

use super::Reply;
use super::api::whether;
use super::guards::scope;
use super::runs::RUNS;

pub(super) fn describe(user: &Principal) -> Reply {
    Reply(json!({
        "sub": user.subject(),
        "iss": user.issuer(),
        "issuer": user.issuer_name(),
        "identity": user.identity().to_string(),
        "scopes": user.scopes().collect::<Vec<_>>(),
        "bound": Value::Null,
        "application": user.is_application(),
    }))
}

#[oidc::required]
pub(crate) async fn who(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::optional]
pub(crate) async fn maybe(user: Option<Principal>) -> Reply {
    whether(user)
}

#[oidc::required(scopes = "notes:read", registry = scope)]
pub(crate) async fn read(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(scopes = "notes:write", registry = scope)]
pub(crate) async fn write(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(any(scopes = "notes:admin", scopes = "notes:read"), registry = scope)]
pub(crate) async fn any(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(roles = "admin")]
pub(crate) async fn admin(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(acr = "gold")]
pub(crate) async fn step_up(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::public(reason = "counts calls, and names nobody")]
pub(crate) async fn runs() -> Reply {
    Reply(json!(RUNS))
}
