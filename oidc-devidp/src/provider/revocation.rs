//! The revocation endpoint (RFC 7009).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::form::{form, required};
use super::oauth_error::{OAuthError, no_store};
use super::state::Provider;
use crate::config::Client;
use crate::sync::lock;

/// RFC 7009 §2.1. `token_type_hint` may be wrong, so nothing depends on it.
pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let params = form(&headers, &body)?;
    let client = provider.authenticate(&headers, &params).await?;
    provider.revoke(&client, required(&params, "token")?)?;
    Ok(no_store(StatusCode::OK))
}

impl Provider {
    /// RFC 7009 §2.2: a token that is unknown, expired or revoked is what the client wants it to be.
    fn revoke(&self, client: &Client, token: &str) -> Result<(), OAuthError> {
        let accepted = self.accept(token);
        let mut store = lock(&self.store);
        let (owner, id) = match (store.refresh_token(token), &accepted) {
            // A refresh token takes along all tokens of its grant, spent ones as well.
            (Some(record), _) => (
                record.grant.client_id.clone(),
                Some(record.grant.id.clone()),
            ),
            (None, Some(token)) => (token.client_id().to_owned(), token.id().map(str::to_owned)),
            (None, None) => return Ok(()),
        };
        if owner != client.client_id {
            return Err(OAuthError::invalid_grant(
                "the token was issued to another client",
            ));
        }
        store.opaque_tokens.remove(token);
        // Only a minted token can lack a `jti`.
        if let Some(id) = id {
            store.revoke(id);
        }
        Ok(())
    }
}
