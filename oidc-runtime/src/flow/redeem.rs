//! The end of a sign-in that began here, whoever brings the code.

use super::error::FlowError;
use super::grant::{Grant, exchange};
use super::state::SignIn;
use super::token_response::Token;
use super::{Call, id_token};
use crate::provider::Snapshot;

/// Exchanges the code and validates the ID token. The sign-in is used up by it, whatever comes
/// of it.
pub(super) async fn redeem(
    call: &Call<'_>,
    provider: &Snapshot,
    sign_in: &SignIn,
    code: &str,
) -> Result<Token, FlowError> {
    call.oidc.vault().spend(sign_in, call.now())?;
    let grant = Grant::Code {
        code,
        redirect_uri: &sign_in.redirect_uri,
        verifier: &sign_in.verifier,
    };
    let response = exchange(call.oidc, provider, &grant).await?;
    id_token::of_sign_in(call.oidc, provider, &response, &sign_in.nonce).await?;
    Ok(response.token(call.oidc.config(), &sign_in.scope))
}
