//! The tokens of a session, from a token response.

use crate::client::Oidc;
use crate::clock::UnixSeconds;
use crate::protocol::{TokenResponse, after};
use crate::session::content::Tokens;
use crate::session::token_text::TokenText;

/// Assumed if nothing says how long an access token is valid.
const DEFAULT_LIFETIME: UnixSeconds = 180;

impl Oidc {
    /// The tokens of this response; `id_token` is validated, and `subject` its subject.
    pub(crate) fn session_tokens(
        &self,
        response: &TokenResponse,
        scope: String,
        id_token: TokenText,
        subject: &str,
    ) -> Tokens {
        let now = self.now_seconds();
        let access_token = response.access_token();
        let found = self.subject_of(access_token);
        let is_ours = found.as_deref() == Some(subject);
        if found.is_some() && !is_ours {
            tracing::warn!(
                "the access token of a session has another subject (`sub`) than its ID token, so its \
                 claims are not used: some providers do that if an API is registered apart"
            );
        }
        let access_token = TokenText::new(access_token.to_owned());
        let stated = response.expires(now);
        let own = access_token.expiry();
        let expires_at = match (stated, own) {
            (Some(stated), Some(own)) => stated.min(own),
            (stated, own) => stated
                .or(own)
                .unwrap_or_else(|| after(now, DEFAULT_LIFETIME)),
        };
        Tokens {
            access_token,
            is_ours,
            scope,
            received_at: now,
            expires_at,
            refresh_token: response.refresh_token().map(str::to_owned),
            id_token,
        }
    }
}
