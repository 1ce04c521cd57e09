//! From the tokens of a sign-in to what a session begins with.

use serde_json::{Map, Value};

use super::state::SessionSignIn;
use crate::client::session::{SessionsOf, SignedIn};
use crate::clock::UnixSeconds;
use crate::flow::error::FlowError;
use crate::protocol::{ProtocolError, TokenResponse};
use crate::provider::Snapshot;
use crate::session::token_text::TokenText;
use crate::token::{RegisteredClaims, SKEW, is_recent};

/// Whether the user authenticated as this sign-in asked for.
pub(super) fn is_step_up_met(
    started: &SessionSignIn,
    claims: &RegisteredClaims,
    now: UnixSeconds,
) -> bool {
    let acr = claims.acr.as_deref();
    let acr_is_met = started.acr_values.as_deref().is_none_or(|wanted| {
        let mut wanted = wanted.split(' ').filter(|value| !value.is_empty());
        acr.is_some_and(|acr| wanted.any(|value| value == acr))
    });
    let age_is_met = started.max_age.is_none_or(|max_age| {
        let max_age = UnixSeconds::try_from(max_age).unwrap_or(UnixSeconds::MAX);
        // Of 0, which no guard asks for, the clocks of both sides make something else.
        let max_age = if max_age == 0 { SKEW } else { max_age };
        let time = claims.auth_time.as_ref();
        time.is_some_and(|time| is_recent(time.0, max_age, now))
    });
    acr_is_met && age_is_met
}

/// Gathers what the session needs, from the response and the userinfo endpoint.
pub(super) async fn establish(
    sessions: SessionsOf<'_>,
    provider: &Snapshot,
    started: &SessionSignIn,
    response: &TokenResponse,
    claims: &RegisteredClaims,
) -> Result<SignedIn, FlowError> {
    let oidc = sessions.oidc;
    let unusable = || ProtocolError::UnusableResponse("id_token_missing");
    let id_token = TokenText::new(response.id_token().ok_or_else(unusable)?.to_owned());
    let subject = claims.sub.as_deref().ok_or_else(unusable)?;
    let scope = response
        .scope()
        .unwrap_or(&started.sign_in.scope)
        .to_owned();
    let all: Map<String, Value> = id_token.claims().ok_or_else(unusable)?;
    let (tokens, _) = oidc
        .session_tokens(response, scope, id_token, subject)
        .await;
    let sid = all.get("sid").and_then(Value::as_str);
    let expiry = all.get("session_expiry").and_then(Value::as_f64);
    let expiry = expiry.map(seconds);
    if expiry.is_some_and(|expiry| expiry <= oidc.now_seconds()) {
        // The session would be over at once, and the user would sign in again and again.
        return Err(ProtocolError::UnusableResponse("session_expiry_past").into());
    }
    let known = tokens.known_claims(all.clone());
    let asked = &started.sign_in.scope;
    let userinfo = sessions
        .userinfo(provider, response.access_token(), asked, subject, &known)
        .await?;
    Ok(SignedIn {
        issuer: provider.metadata.issuer.to_string(),
        subject: subject.to_owned(),
        provider_session: sid.filter(|sid| !sid.is_empty()).map(str::to_owned),
        nonce: started.sign_in.nonce.clone(),
        issued_at: claims.iat.map_or(0, |date| date.0),
        expiry,
        tokens,
        userinfo,
        remember: started.remember,
        data: None,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
fn seconds(date: f64) -> UnixSeconds {
    date as UnixSeconds
}
