//! Tells a client who its user is: from the token, or else from the provider (OpenID Connect
//! Core §5.3).

use serde_json::{Map, Value};

use super::Call;
use super::error::{FlowError, report};
use super::names::UserInfo;
use super::reply::Reply;
use crate::gate::Request;
use crate::jwt::TokenError;
use crate::rejection::Rejection;
use crate::token::IdToken;

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
    match ask(call, &user).await? {
        Asked::Claims(claims) => reply(UserInfo::of(&claims).as_ref()),
        Asked::Nothing => reply(from_token.as_ref()),
        Asked::TokenRefused => {
            let realm = &call.oidc.config().realm;
            let rejection = Rejection::invalid_token(realm, TokenError::Revoked);
            report("userinfo", rejection.status(), rejection.code());
            Ok(Reply::rejection(&rejection))
        }
    }
}

fn reply(info: Option<&UserInfo>) -> Result<Reply, FlowError> {
    info.map(Reply::json).ok_or(FlowError::NoUsername)
}

/// Whether the provider would have nothing to add.
fn suffices(info: &UserInfo, user: &IdToken) -> bool {
    info.has_names() && (info.email.is_some() || !user.has_scope("email"))
}

/// What the provider says.
enum Asked {
    /// The claims of the token with those of the provider in front.
    Claims(Map<String, Value>),
    /// It has no such endpoint, or does not answer for this token.
    Nothing,
    /// The token is genuine, but ended before its time.
    TokenRefused,
}

async fn ask(call: &Call<'_>, user: &IdToken) -> Result<Asked, FlowError> {
    let provider = call.provider().await?;
    let Some(endpoint) = &provider.metadata.userinfo_endpoint else {
        return Ok(Asked::Nothing);
    };
    let http = &call.oidc.provider().http;
    let answer = http.get_with_bearer(endpoint, user.text()).await?;
    match answer.status {
        200 => {}
        401 => return Ok(Asked::TokenRefused),
        403 => return Ok(Asked::Nothing),
        _ => return Err(FlowError::Answer("userinfo_status_unexpected")),
    }
    let found: Map<String, Value> = serde_json::from_slice(&answer.body)
        .map_err(|_| FlowError::Answer("userinfo_malformed"))?;
    // §5.3.2: claims about somebody else must not be used.
    if found.get("sub").and_then(Value::as_str) != Some(user.subject()) {
        return Err(FlowError::OtherSubject);
    }
    let mut claims = user.claims().clone();
    claims.extend(found.into_iter().filter(|(_, value)| !value.is_null()));
    Ok(Asked::Claims(claims))
}
