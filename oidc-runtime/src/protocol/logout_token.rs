//! Validates logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6).

use serde_json::{Map, Value};

use super::error::ProtocolError;
use super::relying_party::RelyingParty;
use crate::clock::UnixSeconds;
use crate::jose::{Compact, Signed, TokenError, check_signature};
use crate::provider::{NeededKey, Snapshot, Unverified};
use crate::token::{RegisteredClaims, SKEW};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a token without an expiry may be.
const MAX_AGE: UnixSeconds = 5 * 60;

/// What a valid logout token ends.
pub(crate) struct Ended {
    pub(crate) sid: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) issued_at: UnixSeconds,
}

/// Anyone can send one, so that unknown keys are looked up as sparingly as for access tokens.
pub(crate) async fn validate(
    party: &RelyingParty<'_>,
    token: &str,
) -> Result<Ended, ProtocolError> {
    let provider = party.provider().await?;
    let compact = Compact::parse(token).map_err(|_| invalid("logout_token_malformed"))?;
    let algorithm = compact.header.algorithm;
    let of_provider = provider.metadata.id_token_algorithms.as_ref();
    let is_promised = of_provider.is_none_or(|promised| promised.contains(&algorithm));
    if !(is_promised && party.algorithms.contains(&algorithm)) {
        return Err(invalid("logout_token_algorithm"));
    }
    let now = party.clock.unix_seconds();
    // Before any key is fetched for it.
    let payload = compact
        .payload()
        .map_err(|_| invalid("logout_token_malformed"))?;
    check(party, &provider, compact.header.media_type(), &payload, now)?;
    let claims =
        RegisteredClaims::parse(&payload).map_err(|_| invalid("logout_token_malformed"))?;
    let issued_at = claims.iat.map(|date| date.0);
    let received_at = party.clock.since_epoch();
    let key = NeededKey::new(&compact, issued_at, received_at);
    let verify = |latest: &Snapshot| check_signature(Compact::parse(token)?, &latest.keys);
    let signed = party.provider.verify_with_refresh(&key, verify).await;
    let signed: Signed = signed.map_err(|unverified| match unverified {
        Unverified::Invalid(TokenError::KeyUnknown) | Unverified::TooEarly(_) => {
            invalid("logout_token_key_unknown")
        }
        Unverified::Invalid(_) => invalid("logout_token_signature"),
        Unverified::Unreachable(_) => ProtocolError::Unavailable(party.provider.retry_after()),
    })?;
    check(
        party,
        &provider,
        signed.header.media_type(),
        &signed.payload,
        now,
    )
}

fn check(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    media_type: Option<&str>,
    payload: &[u8],
    now: UnixSeconds,
) -> Result<Ended, ProtocolError> {
    let is_logout = |typ: &str| ["jwt", "logout+jwt"].contains(&typ.to_ascii_lowercase().as_str());
    if !media_type.is_none_or(is_logout) {
        return Err(invalid("logout_token_type"));
    }
    let claims = RegisteredClaims::parse(payload).map_err(|_| invalid("logout_token_malformed"))?;
    let all: Map<String, Value> =
        serde_json::from_slice(payload).map_err(|_| invalid("logout_token_malformed"))?;
    if claims.iss.as_deref() != Some(&*provider.metadata.issuer) {
        return Err(invalid("logout_token_issuer"));
    }
    if !claims
        .aud
        .as_ref()
        .is_some_and(|aud| aud.contains(party.client_id))
    {
        return Err(invalid("logout_token_audience"));
    }
    let text = |name: &str| {
        all.get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let (Some(issued_at), Some(_)) = (claims.iat.map(|date| date.0), text("jti")) else {
        return Err(invalid("logout_token_incomplete"));
    };
    let is_current = match claims.exp {
        Some(exp) => now < exp.0.saturating_add(SKEW),
        None => now < issued_at.saturating_add(MAX_AGE),
    };
    if issued_at > now.saturating_add(SKEW) || !is_current {
        return Err(invalid("logout_token_time"));
    }
    let event = all.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(invalid("logout_token_event"));
    }
    // It would be an ID token.
    if all.contains_key("nonce") {
        return Err(invalid("logout_token_nonce"));
    }
    let (sid, subject) = (text("sid"), text("sub"));
    // A `sid` that cannot be read must not end all sessions of the user.
    let is_unreadable = all
        .get("sid")
        .is_some_and(|sid| !(sid.is_string() || sid.is_null()));
    if is_unreadable || (sid.is_none() && subject.is_none()) {
        return Err(invalid("logout_token_incomplete"));
    }
    Ok(Ended {
        sid: sid.map(str::to_owned),
        subject: subject.map(str::to_owned),
        issued_at,
    })
}

fn invalid(code: &'static str) -> ProtocolError {
    ProtocolError::LogoutToken(code)
}
