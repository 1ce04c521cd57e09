//! Completes a sign-in that began here, at the callback or at the token endpoint.

use super::token_body::TokenBody;
use crate::answer::Response;
use crate::flow::call::Call;
use crate::flow::cookie;
use crate::flow::error::FlowError;
use crate::flow::scope::requests_offline_access;
use crate::flow::state::{SignIn, StateError};
use crate::protocol::{Grant, RelyingParty, exchange, id_token};
use crate::provider::Snapshot;
use crate::request::RequestParts;

/// Checks that this request comes from the browser that began the sign-in, if the sign-in returns
/// to this application at all.
pub(super) fn check_browser(
    call: &Call<'_>,
    request: &RequestParts<'_>,
    sign_in: &SignIn,
) -> Result<(), StateError> {
    if sign_in.browser.is_some() || call.returns_here(&sign_in.redirect_uri, request) {
        return cookie::check(sign_in, request.fields("cookie"));
    }
    Ok(())
}

/// Exchanges the code, validates the ID token and responds with the tokens. Even if that fails, the
/// sign-in is used up. `verifier` is the one of its proof.
pub(super) async fn redeem(
    call: &Call<'_>,
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    sign_in: &SignIn,
    code: &str,
    verifier: &str,
) -> Result<Response, FlowError> {
    sign_in.use_up(call.oidc.sealer(), call.now())?;
    let grant = Grant::Code {
        code,
        redirect_uri: &sign_in.redirect_uri,
        verifier,
    };
    let response = exchange(party, provider, &grant).await?;
    id_token::validate_for_sign_in(party, provider, &response, &sign_in.nonce).await?;
    if requests_offline_access(&sign_in.scope) && response.refresh_token().is_none() {
        tracing::info!(
            "a sign-in that requested `offline_access` returned no refresh token; providers may \
             require the user's consent every time (OpenID Connect Core §11), so send \
             `prompt=consent` to `login`, and check that this client may receive refresh tokens"
        );
    }

    let tokens = TokenBody::of_sign_in(&response, call.oidc.config(), &sign_in.scope);
    let mut response = Response::json(200, &tokens);
    if let Some(removal) = cookie::removal(sign_in) {
        response.set("set-cookie", removal);
    }
    Ok(response)
}
