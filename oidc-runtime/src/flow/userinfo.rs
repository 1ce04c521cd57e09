//! Tells a client who its user is: from the token, or else from the provider (OpenID Connect
//! Core §5.3).

use serde_json::{Map, Value};

use super::Call;
use super::error::FlowError;
use super::reply::Reply;
use super::userinfo_body::UserInfo;
use crate::gate::Request;
use crate::token::Principal;

pub(super) async fn userinfo(
    call: &Call<'_>,
    request: &mut impl Request,
) -> Result<Reply, FlowError> {
    let user = match call.oidc.user(request).await {
        Ok(user) => user,
        Err(rejection) => return Ok(Reply::rejection(&rejection)),
    };
    let from_token = UserInfo::of(user.claims());
    if let Some(info) = from_token.as_ref().filter(|info| suffices(info, &user)) {
        return Ok(Reply::json(info));
    }
    let from_provider = ask(call, &user).await?;
    let info = from_provider.map_or(from_token, |claims| UserInfo::of(&claims));
    info.as_ref().map(Reply::json).ok_or(FlowError::NoUsername)
}

/// Whether the provider would have nothing to add.
fn suffices(info: &UserInfo, user: &Principal) -> bool {
    info.has_names() && (info.email.is_some() || !user.has_scope("email"))
}

/// The claims of the token with those of the provider in front. None if the provider has no such
/// endpoint, or takes no token there that is meant for an API: the guards admit it all the same.
async fn ask(call: &Call<'_>, user: &Principal) -> Result<Option<Map<String, Value>>, FlowError> {
    let provider = call.provider().await?;
    let Some(endpoint) = &provider.metadata.userinfo_endpoint else {
        return Ok(None);
    };
    let http = &call.oidc.provider().http;
    let answer = http.get_with_bearer(endpoint, user.text()).await?;
    match answer.status {
        200 => {}
        429 => return Err(FlowError::busy(&answer)),
        status @ 400..500 => {
            tracing::debug!(status, "the userinfo endpoint refused a valid token");
            return Ok(None);
        }
        _ => return Err(FlowError::UnusableResponse("userinfo_status_unexpected")),
    }
    let found: Map<String, Value> = serde_json::from_slice(&answer.body)
        .map_err(|_| FlowError::UnusableResponse("userinfo_malformed"))?;
    // §5.3.2: claims about somebody else must not be used.
    if found.get("sub").and_then(Value::as_str) != Some(user.subject()) {
        return Err(FlowError::SubjectMismatch);
    }
    let mut claims = user.claims().clone();
    claims.extend(found.into_iter().filter(|(_, value)| !value.is_null()));
    Ok(Some(claims))
}
