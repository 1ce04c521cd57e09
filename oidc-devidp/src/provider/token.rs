//! The token endpoint (RFC 6749 §3.2).

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::form::{form, required};
use super::grant::Offline;
use super::grant_type;
use super::issue::Occasion;
use super::oauth_error::OAuthError;
use super::params::Params;
use super::state::Provider;
use super::store::Code;
use super::{resource, scope};
use crate::config::{Client, RefreshRotation};
use crate::sync::lock;

pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let params = form(&headers, &body)?;
    let client = provider.authenticate(&headers, &params).await?;
    match params.get("grant_type") {
        Some(grant) if grant_type::ALL.contains(&grant) && !client.may_use(grant) => {
            Err(OAuthError::unauthorized_client())
        }
        Some(grant_type::CODE) => provider.redeem_code(&client, &params),
        Some(grant_type::REFRESH_TOKEN) => provider.refresh(&client, &params),
        Some(grant_type::DEVICE) => provider.poll_device(&client, &params),
        Some(_) => Err(OAuthError::new(
            "unsupported_grant_type",
            "grant_type is not supported",
        )),
        None => Err(OAuthError::invalid_request("grant_type is missing")),
    }
}

impl Provider {
    /// RFC 6749 §4.1.3.
    fn redeem_code(&self, client: &Client, params: &Params) -> Result<Response, OAuthError> {
        let code = required(params, "code")?;
        let mut store = lock(&self.store);
        let unknown = || OAuthError::invalid_grant("unknown code");
        let record = store.codes.get_mut(code).ok_or_else(unknown)?;
        if record.grant.client_id != client.client_id {
            return Err(unknown());
        }
        if record.redeemed {
            // RFC 6749 §4.1.2: the client that used it first may be an attacker.
            let grant_id = record.grant.id.clone();
            store.revoke(grant_id);
            return Err(OAuthError::invalid_grant("the code was used already"));
        }
        let now = self.clock.seconds();
        check_code(record, params, now)?;
        let audience = resource::narrow(params, &record.grant.audience)?;
        record.redeemed = true;
        let grant = record.grant.clone();
        if !store.goes_on(&grant, now) {
            return Err(signed_out());
        }
        drop(store);
        let token = grant.narrowed(grant.scopes.clone(), audience);
        Ok(self.issue(client, &grant, &token, Occasion::SignIn))
    }

    /// RFC 6749 §6, with the rotation of RFC 9700 §4.14.2.
    fn refresh(&self, client: &Client, params: &Params) -> Result<Response, OAuthError> {
        let token = required(params, "refresh_token")?;
        let requested = scope::parse(params)?;

        let mut store = lock(&self.store);
        let unknown = || OAuthError::invalid_grant("unknown refresh token");
        let record = store.refresh_token(token).ok_or_else(unknown)?;
        if record.grant.client_id != client.client_id {
            return Err(unknown());
        }
        let now = self.clock.seconds();
        let grace = client.refresh_reuse_grace;
        if (record.spent).is_some_and(|spent| now >= spent.saturating_add(grace)) {
            let grant_id = record.grant.id.clone();
            store.revoke(grant_id);
            return Err(OAuthError::invalid_grant(
                "the refresh token was used already",
            ));
        }
        if record.expires <= now {
            return Err(OAuthError::invalid_grant("the refresh token has expired"));
        }
        if !requested.iter().all(|scope| record.grant.has_scope(scope)) {
            return Err(OAuthError::new("invalid_scope", "scope was not granted"));
        }
        let audience = resource::narrow(params, &record.grant.audience)?;
        if self.rotation(client) == RefreshRotation::Strict {
            record.spent.get_or_insert(now);
        }
        let grant = record.grant.clone();
        if grant.offline == Offline::WithSession && !store.goes_on(&grant, now) {
            return Err(signed_out());
        }
        drop(store);
        let scopes = if requested.is_empty() {
            grant.scopes.clone()
        } else {
            requested
        };
        let token = grant.narrowed(scopes, audience);
        Ok(self.issue(client, &grant, &token, Occasion::Refresh))
    }
}

fn signed_out() -> OAuthError {
    OAuthError::invalid_grant("the session with the provider has ended")
}

fn check_code(code: &Code, params: &Params, now: u64) -> Result<(), OAuthError> {
    let redirect_uri = required(params, "redirect_uri")?;
    let verifier = required(params, "code_verifier")?;
    if code.expires <= now {
        return Err(OAuthError::invalid_grant("the code has expired"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(OAuthError::invalid_grant("redirect_uri does not match"));
    }
    if !proves(verifier, &code.challenge) {
        return Err(OAuthError::invalid_grant("code_verifier does not match"));
    }
    Ok(())
}

/// PKCE (RFC 7636 §4.6).
fn proves(verifier: &str, challenge: &str) -> bool {
    // RFC 7636 §4.1.
    let unreserved =
        |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
    (43..=128).contains(&verifier.len())
        && verifier.chars().all(unreserved)
        && URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) == challenge
}
