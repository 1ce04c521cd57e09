//! The end of a sign-in that began here, whoever brings the code.

use super::error::FlowError;
use super::grant::{Grant, exchange};
use super::login::asks_for_offline_access;
use super::reply::Reply;
use super::state::{SignIn, StateError};
use super::{Call, cookie, cookies, id_token};
use crate::provider::Snapshot;
use crate::request::RequestParts;

/// Checks that the browser that began the sign-in sends this request, if it returns to this
/// application at all.
pub(super) fn check_browser(
    call: &Call<'_>,
    request: &RequestParts<'_>,
    sign_in: &SignIn,
) -> Result<(), StateError> {
    if sign_in.browser.is_some() || call.returns_here(&sign_in.redirect_uri, request) {
        return cookie::check(sign_in, cookies(request));
    }
    Ok(())
}

/// Exchanges the code, validates the ID token and answers with the tokens. The sign-in is used up
/// by it, whatever comes of it. `verifier` is that of its proof.
pub(super) async fn redeem(
    call: &Call<'_>,
    provider: &Snapshot,
    sign_in: &SignIn,
    code: &str,
    verifier: &str,
) -> Result<Reply, FlowError> {
    call.oidc.vault().spend(sign_in, call.now())?;
    let grant = Grant::Code {
        code,
        redirect_uri: &sign_in.redirect_uri,
        verifier,
    };
    let response = exchange(call.oidc, provider, &grant).await?;
    id_token::validate_for_sign_in(call.oidc, provider, &response, &sign_in.nonce).await?;
    if asks_for_offline_access(&sign_in.scope) && response.refresh_token().is_none() {
        tracing::info!(
            "a sign-in that asked for `offline_access` came back without a refresh token; \
             providers may want the user's consent every time (OpenID Connect Core §11), so send \
             `prompt=consent` to `login`, and see whether this client may have refresh tokens"
        );
    }

    let mut reply = Reply::json(&response.token(call.oidc.config(), &sign_in.scope));
    if let Some(removal) = cookie::removal(sign_in) {
        reply.set("set-cookie", removal);
    }
    Ok(reply)
}
