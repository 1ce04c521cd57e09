//! What a session consists of.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::token_text::TokenText;
use crate::clock::UnixSeconds;
use crate::token::{Facts, RolePlaces, VerifiedUser};

/// Refreshed at the latest so long before the access token expires.
const REFRESH_AHEAD: UnixSeconds = 60;
/// Tokens are not refreshed earlier, even if they were over when they arrived: otherwise each request
/// would ask the provider.
const SHORTEST_LIFE: UnixSeconds = 2;

/// The content of a session, in its cookie or in the payload of a store: from a sign-in whose ID
/// token was validated. Whoever can read it was given it by this application, sealed.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Content {
    /// Random. In a store, sessions are known by the hash of their secret instead.
    pub(crate) id: [u8; 16],
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// `sid` of the ID token.
    pub(crate) provider_session: Option<String>,
    /// The nonce of the sign-in, which the ID tokens of refreshes may repeat.
    pub(crate) nonce: String,
    /// `iat` of the ID token of the sign-in, by the provider's clock.
    pub(crate) issued_at: UnixSeconds,
    pub(crate) signed_in_at: UnixSeconds,
    /// The same in milliseconds: a sign-in may follow the end of all earlier sessions at once.
    pub(crate) signed_in_ms: i64,
    pub(crate) ends_at: UnixSeconds,
    /// The last recorded use. A store has its own.
    pub(crate) seen_at: UnixSeconds,
    /// Whether the cookie outlives the browser.
    pub(crate) is_persistent: bool,
    /// Counts the changes, so that a newer cookie is told from an older one.
    pub(crate) generation: u64,
    /// Counts the refreshes.
    pub(crate) refreshes: u64,
    pub(crate) tokens: Tokens,
    /// What counts instead of the access token, which could not be verified when it was received.
    pub(crate) kept_claims: Option<KeptClaims>,
    /// The userinfo response.
    pub(crate) userinfo: Option<String>,
    /// The application's data, as JSON.
    pub(crate) data: Option<String>,
}

/// The tokens of a session.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: TokenText,
    /// Whether a guard accepts the access token, and it is about the user of the session.
    pub(crate) is_ours: bool,
    /// The granted scopes, separated by spaces.
    pub(crate) scope: String,
    pub(crate) received_at: UnixSeconds,
    pub(crate) expires_at: UnixSeconds,
    pub(crate) refresh_token: Option<TokenText>,
    pub(crate) id_token: TokenText,
}

/// The claims of an earlier access token, if it counted.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct KeptClaims(Option<Vec<u8>>);

impl Tokens {
    /// Whether they should be refreshed now: a minute before they expire, or a fifth of their
    /// lifetime if that is shorter.
    pub(crate) fn is_due(&self, now: UnixSeconds) -> bool {
        let ahead = REFRESH_AHEAD.min(self.lifetime() / 5);
        self.refresh_token.is_some()
            && self.expires_at.saturating_sub(now) < ahead.max(1)
            && self.received_at.saturating_add(SHORTEST_LIFE) <= now
    }

    /// How long the access token is valid, by what the provider says.
    pub(crate) fn lifetime(&self) -> UnixSeconds {
        self.expires_at.saturating_sub(self.received_at).max(0)
    }

    /// The refresh token as the provider sent it.
    pub(crate) fn refresh_text(&self) -> Option<String> {
        self.refresh_token.as_ref().and_then(TokenText::text)
    }

    pub(crate) fn is_expired(&self, now: UnixSeconds) -> bool {
        self.expires_at <= now
    }

    /// The claims of the ID token, `of_id_token`, and of the access token if it counts.
    pub(crate) fn known_claims(&self, of_id_token: Map<String, Value>) -> Map<String, Value> {
        let mut known = of_id_token;
        let of_access_token = self.is_ours.then(|| self.access_token.claims()).flatten();
        known.extend(of_access_token.unwrap_or_default());
        known
    }

    fn of_access_token(&self) -> Option<&[u8]> {
        self.access_token.payload().filter(|_| self.is_ours)
    }
}

impl Content {
    /// The user, with the claims of all sources. `None` if these cannot be read.
    pub(crate) fn user(
        &self,
        issuer: &Arc<str>,
        role_places: &Arc<RolePlaces>,
    ) -> Option<VerifiedUser> {
        let facts = Facts {
            access_token: match &self.kept_claims {
                Some(KeptClaims(kept)) => kept.as_deref(),
                None => self.tokens.of_access_token(),
            },
            id_token: self.tokens.id_token.payload()?,
            userinfo: self.userinfo.as_deref().map(str::as_bytes),
            scope: &self.tokens.scope,
        };
        VerifiedUser::of_session(&facts, issuer, role_places, self.ends_at)
    }

    /// Takes new tokens of a refresh. `verified` is false if it is not known whether they are
    /// genuine, because the provider's keys cannot be fetched: the claims stay as they are then, and
    /// so does the ID token, from which they would be read at the next refresh.
    pub(crate) fn renew(&mut self, tokens: Tokens, verified: bool) {
        let old = &self.tokens;
        self.kept_claims = match (verified, self.kept_claims.take()) {
            (true, _) => None,
            (false, None) => Some(KeptClaims(old.of_access_token().map(<[u8]>::to_vec))),
            (false, kept) => kept,
        };
        let tokens = if verified {
            tokens
        } else {
            Tokens {
                id_token: old.id_token.clone(),
                ..tokens
            }
        };
        self.tokens = tokens;
        self.refreshes += 1;
        self.generation += 1;
    }

    /// The same without the text of the ID token, which only a sign-out would use; `None` if that is left
    /// out already.
    pub(crate) fn shortened(&self) -> Option<Self> {
        let id_token = self.tokens.id_token.claims_only()?;
        let mut content = self.clone();
        content.tokens.id_token = id_token;
        Some(content)
    }

    /// About how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        self.tokens.access_token.weight()
            + self.tokens.id_token.weight()
            + self
                .tokens
                .refresh_token
                .as_ref()
                .map_or(0, TokenText::weight)
            + text(&self.userinfo)
            + text(&self.data)
    }

    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(self).ok()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

impl fmt::Debug for Content {
    /// Neither tokens nor personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("signed_in_at", &self.signed_in_at)
            .field("ends_at", &self.ends_at)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}
