//! The tokens of a session, from a token response.

use std::sync::Arc;

use crate::client::Oidc;
use crate::clock::UnixSeconds;
use crate::jose::{Compact, TokenError, check_signature};
use crate::protocol::{TokenResponse, after};
use crate::provider::{Snapshot, Unverified};
use crate::session::content::Tokens;
use crate::session::token_text::TokenText;
use crate::token::UncheckedToken;

/// Assumed if the provider does not say how long an access token is valid.
const DEFAULT_LIFETIME: UnixSeconds = 180;

/// Whether an access token is for this application and about the user of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinship {
    Ours,
    /// Opaque, for another audience, about somebody else, or not valid.
    Foreign,
    /// The provider's keys cannot be fetched.
    Unknown,
}

impl Oidc {
    /// The tokens of this response, and whether it is known if the access token is ours. `id_token` is
    /// validated, and `subject` its subject.
    pub(crate) async fn session_tokens(
        &self,
        response: &TokenResponse,
        scope: String,
        id_token: TokenText,
        subject: &str,
    ) -> (Tokens, bool) {
        let kinship = self.kinship(response.access_token(), subject).await;
        let now = self.now_seconds();
        let access_token = TokenText::new(response.access_token().to_owned());
        let stated = response.expires(now);
        let stated = stated.unwrap_or_else(|| after(now, DEFAULT_LIFETIME));
        let own = access_token.expiry();
        let tokens = Tokens {
            access_token,
            is_ours: kinship == Kinship::Ours,
            scope,
            received_at: now,
            expires_at: own.map_or(stated, |own| own.min(stated)),
            refresh_token: response
                .refresh_token()
                .map(|token| TokenText::new(token.to_owned())),
            id_token,
        };
        (tokens, kinship != Kinship::Unknown)
    }

    async fn kinship(&self, token: &str, subject: &str) -> Kinship {
        let Ok(unchecked) = UncheckedToken::parse(token) else {
            return Kinship::Foreign;
        };
        let Some(snapshot) = self.provider().peek().as_ref().map(Arc::clone) else {
            return Kinship::Unknown;
        };
        let expected = self.own().expectations(self.config(), &snapshot);
        if let Err(error) = unchecked.accept_if_signed(&expected) {
            if error == TokenError::AudienceMismatch {
                self.hints().foreign_audience(|| audience(token));
            }
            return Kinship::Foreign;
        }
        let verify = |latest: &Snapshot| check_signature(Compact::parse(token)?, &latest.keys);
        let algorithm = unchecked.compact().header.algorithm;
        match self.provider().verify_received(algorithm, verify).await {
            Ok(_) => {}
            Err(Unverified::Invalid(_)) => return Kinship::Foreign,
            Err(Unverified::TooEarly(_) | Unverified::Unreachable(_)) => return Kinship::Unknown,
        }
        match self.subject_of(token) {
            Some(found) if *found == *subject => Kinship::Ours,
            Some(_) => {
                self.hints().foreign_subject();
                Kinship::Foreign
            }
            None => Kinship::Foreign,
        }
    }
}

/// `aud` of a token, as JSON.
fn audience(token: &str) -> String {
    let claims = TokenText::new(token.to_owned()).claims();
    let audience = claims.as_ref().and_then(|claims| claims.get("aud"));
    audience.map(ToString::to_string).unwrap_or_default()
}
