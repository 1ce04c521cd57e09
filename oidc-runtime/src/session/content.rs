//! What a session consists of.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::token_text::TokenText;
use crate::clock::UnixSeconds;
use crate::token::{Facts, Trust, VerifiedUser};

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
    pub(crate) fn user(&self, issuer: &Arc<str>, trust: &Arc<Trust>) -> Option<VerifiedUser> {
        let facts = Facts {
            access_token: match &self.kept_claims {
                Some(KeptClaims(kept)) => kept.as_deref(),
                None => self.tokens.of_access_token(),
            },
            id_token: self.tokens.id_token.payload()?,
            userinfo: self.userinfo.as_deref().map(str::as_bytes),
            scope: &self.tokens.scope,
        };
        VerifiedUser::of_session(&facts, issuer, trust, self.ends_at)
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

    /// What the ID token says as well is not there twice.
    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut content = self.clone();
        for (text, claim) in content.texts() {
            if claim.as_deref() == Some(text) {
                text.clear();
            }
        }
        postcard::to_allocvec(&content).ok()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut content: Self = postcard::from_bytes(bytes).ok()?;
        for (text, claim) in content.texts() {
            if text.is_empty() {
                *text = claim?.into_owned();
            }
        }
        Some(content)
    }

    /// The texts that an ID token usually has, too, and what this one says. None is empty.
    fn texts(&mut self) -> impl Iterator<Item = (&mut String, Option<Cow<'_, str>>)> {
        let claims = self.tokens.id_token.raw_claims().unwrap_or_default();
        let sid = self.provider_session.as_mut().map(|sid| ("sid", sid));
        let texts = [
            ("iss", &mut self.issuer),
            ("sub", &mut self.subject),
            ("nonce", &mut self.nonce),
        ];
        let texts = texts.into_iter().chain(sid);
        texts.map(move |(name, text)| (text, claims.text(name)))
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

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    fn content(id_token: &Value) -> Content {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let id_token = format!("e30.{}.AAAA", part(id_token.to_string().as_bytes()));
        Content {
            id: [7; 16],
            issuer: "https://login.example.org".into(),
            subject: "alice".into(),
            provider_session: Some("a-session".into()),
            nonce: "a-nonce".into(),
            issued_at: 1,
            signed_in_at: 2,
            signed_in_ms: 2000,
            ends_at: 3,
            seen_at: 4,
            is_persistent: true,
            generation: 5,
            refreshes: 6,
            tokens: Tokens {
                access_token: TokenText::new("opaque".into()),
                is_ours: false,
                scope: "openid".into(),
                received_at: 7,
                expires_at: 8,
                refresh_token: None,
                id_token: TokenText::new(id_token),
            },
            kept_claims: None,
            userinfo: None,
            data: Some("{}".into()),
        }
    }

    fn texts(mut content: Content) -> Vec<String> {
        let texts = content.texts();
        texts.map(|(text, _)| text.clone()).collect()
    }

    #[test]
    fn what_the_id_token_says_is_not_kept_twice_and_comes_back() {
        let same = json!({
            "iss": "https://login.example.org", "sub": "alice", "sid": "a-session", "nonce": "a-nonce",
        });
        let other = json!({"iss": "x", "sub": 7, "sid": "another-session"});
        for (id_token, is_shorter) in [(same, true), (other, false), (json!({}), false)] {
            let content = content(&id_token);
            let bytes = content.to_bytes().unwrap();
            let is_inside =
                |text: &[u8]| bytes.windows(text.len()).filter(|at| *at == text).count();
            assert_eq!(is_inside(b"a-session"), 1, "{id_token}");
            let whole = postcard::to_allocvec(&content).unwrap();
            assert_eq!(bytes.len() < whole.len(), is_shorter, "{id_token}");
            let back = Content::from_bytes(&bytes).unwrap();
            assert_eq!(postcard::to_allocvec(&back).unwrap(), whole, "{id_token}");
            assert_eq!(texts(back), texts(content), "{id_token}");
        }
    }

    #[test]
    fn without_what_it_leaves_to_the_id_token_a_content_is_none() {
        let mut content = content(&json!({}));
        content.subject.clear();
        let bytes = postcard::to_allocvec(&content).unwrap();
        assert!(Content::from_bytes(&bytes).is_none());
    }
}
