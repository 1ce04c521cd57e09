//! Tokens, and how long they last.

use std::fmt;
use std::time::{Duration, SystemTime};

use oidc_runtime::for_client::Secret;

use crate::store::StoreError;
use crate::text::repeats;

/// How long an access token counts as fresh if nobody says how long it is valid.
const UNKNOWN_LIFETIME: Duration = Duration::from_secs(180);

/// An access token, and what belongs to it. Its `Debug` form contains no secrets.
///
/// ```no_run
/// # async fn shown() -> Result<(), oidc_client::Error> {
/// let client = oidc_client::Client::new("https://app.example/api")?;
/// let token = client.authenticate().await?;
/// let response = reqwest::Client::new()
///     .get("https://app.example/orders")
///     .bearer_auth(token.access_token())
///     .send()
///     .await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[expect(clippy::struct_field_names, reason = "the names of RFC 6749")]
pub struct Token {
    pub(crate) access_token: Secret,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) scope: Option<String>,
    /// By this machine's clock, as all times here: it may be wrong, but it is the one they are compared
    /// with.
    pub(crate) obtained: SystemTime,
    pub(crate) expires: Option<SystemTime>,
    pub(crate) refresh_expires: Option<SystemTime>,
    pub(crate) unkept: Option<StoreError>,
}

impl Token {
    /// The access token, for the `Authorization` header (RFC 6750 §2.1). It is a secret.
    #[must_use]
    pub fn access_token(&self) -> &str {
        self.access_token.expose()
    }

    /// The refresh token (RFC 6749 §1.5), if there is one. It is a secret that outlives the access
    /// token.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_ref().map(Secret::expose)
    }

    /// When the access token expires, by this machine's clock. `None` if the application does not say.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// When the refresh token expires, by this machine's clock, if the application says so. Some
    /// applications only guess; the refresh token is tried in any case.
    #[must_use]
    pub fn refresh_expires(&self) -> Option<SystemTime> {
        self.refresh_expires
    }

    /// When it was issued, by this machine's clock.
    #[must_use]
    pub fn obtained(&self) -> SystemTime {
        self.obtained
    }

    /// The granted scope (RFC 6749 §3.3), separated by spaces, if the application says what it is.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Why the token was not stored, if it was not: the next program has to sign in again.
    ///
    /// ```
    /// fn warn(token: &oidc_client::Token) {
    ///     if let Some(error) = token.not_stored() {
    ///         eprintln!("signed in, but only for now: {error}");
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn not_stored(&self) -> Option<&StoreError> {
        self.unkept.as_ref()
    }

    /// Whether a text repeats a good part of one of its secrets, so that it must not be shown or logged.
    ///
    /// ```
    /// fn log(token: &oidc_client::Token, answer: &str) {
    ///     if !token.is_repeated_in(answer) {
    ///         eprintln!("the server says: {answer}");
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn is_repeated_in(&self, text: &str) -> bool {
        let is_in = |secret: &Secret| repeats(text, secret.expose());
        is_in(&self.access_token) || self.refresh_token.as_ref().is_some_and(is_in)
    }

    /// Whether it should be renewed: it expires within this time, or its lifetime is unknown and some
    /// minutes have passed.
    pub(crate) fn is_due(&self, now: SystemTime, leeway: Duration) -> bool {
        // The clock was set back, so nothing is known about how long it is still valid.
        if now < self.obtained {
            return true;
        }
        let end = self.expires.unwrap_or(self.obtained + UNKNOWN_LIFETIME);
        // A token that lives for less than the leeway would be renewed for each request.
        let lifetime = end.duration_since(self.obtained).unwrap_or_default();
        now + leeway.min(lifetime / 2) >= end
    }

    /// Whether it is of no more use. A token without a known end may still be.
    pub(crate) fn is_expired(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|end| now >= end)
    }

    pub(crate) fn without_refresh_token(mut self) -> Self {
        self.refresh_token = None;
        self.refresh_expires = None;
        self
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("scope", &self.scope)
            .field("obtained", &self.obtained)
            .field("expires", &self.expires)
            .field("has_refresh_token", &self.refresh_token.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const LEEWAY: Duration = Duration::from_secs(60);

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn token(lifetime: Option<u64>) -> Token {
        Token {
            access_token: Secret::new("access"),
            refresh_token: Some(Secret::new("refresh")),
            scope: None,
            obtained: at(1000),
            expires: lifetime.map(|lifetime| at(1000 + lifetime)),
            refresh_expires: None,
            unkept: None,
        }
    }

    #[test]
    fn renewal_is_due_before_the_end() {
        let cases = [
            (Some(300), 1000, false, false),
            (Some(300), 1239, false, false),
            (Some(300), 1240, true, false),
            (Some(300), 1299, true, false),
            (Some(300), 1300, true, true),
            // Set back.
            (Some(300), 999, true, false),
            // Shorter than twice the leeway.
            (Some(20), 1000, false, false),
            (Some(20), 1010, true, false),
            (Some(20), 1020, true, true),
            (Some(0), 1000, true, true),
            (None, 1000, false, false),
            (None, 1119, false, false),
            (None, 1120, true, false),
            (None, 99_999, true, false),
        ];
        for (lifetime, now, due, expired) in cases {
            let token = token(lifetime);
            assert_eq!(token.is_due(at(now), LEEWAY), due, "{lifetime:?} {now}");
            assert_eq!(token.is_expired(at(now)), expired, "{lifetime:?} {now}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", token(None));
        assert!(
            !shown.contains("access\"") && !shown.contains("\"refresh\""),
            "{shown}"
        );
    }
}
