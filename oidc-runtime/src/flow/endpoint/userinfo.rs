//! Describes the user of an access token: from its claims, or from the provider's userinfo endpoint
//! (OpenID Connect Core §5.3).

use serde_json::{Map, Value};

use super::userinfo_body::UserInfo;
use crate::answer::Response;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::gate::OutcomeStore;
use crate::protocol::fetch_userinfo;
use crate::token::{BearerToken, OWN_ISSUER, Principal};

pub(super) async fn userinfo(
    call: &Call<'_>,
    request: &mut impl OutcomeStore,
) -> Result<Response, FlowError> {
    let user = match call
        .oidc
        .user(request, Some(call.route.endpoint.name()))
        .await
    {
        Ok(user) => user,
        Err(rejection) => return Ok(rejection.response()),
    };
    let from_token = UserInfo::of(user.claims());
    if let Some(info) = from_token.as_ref().filter(|info| suffices(info, &user)) {
        return Ok(Response::json(200, info));
    }
    let token = match call.oidc.bearer_token(request).await {
        Ok(token) => token,
        Err(rejection) => return Ok(rejection.response()),
    };
    let claims = from_provider(call, &user, &token).await?;
    let info = claims.map_or(from_token, |claims| UserInfo::of(&claims));
    let info = info.ok_or(FlowError::NoUsername)?;
    Ok(Response::json(200, &info))
}

/// Whether the provider's userinfo endpoint would add nothing.
fn suffices(info: &UserInfo, user: &Principal) -> bool {
    info.has_names() && (info.email.is_some() || !user.has_scope("email"))
}

/// The claims of the token, overridden by those of the provider. `None` if the token is another
/// issuer's, or the provider returns none: it may not accept an access token that was issued for an API, although the guards do.
async fn from_provider(
    call: &Call<'_>,
    user: &Principal,
    token: &BearerToken,
) -> Result<Option<Map<String, Value>>, FlowError> {
    // No other issuer's token is shown to the client's own provider.
    if user.issuer_name() != OWN_ISSUER {
        return Ok(None);
    }
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    let found = fetch_userinfo(&party, &provider, token.secret(), user.subject()).await?;
    Ok(found.map(|found| {
        let mut claims = user.claims().clone();
        claims.extend(found.into_iter().filter(|(_, value)| !value.is_null()));
        claims
    }))
}
