//! The provider's token response (RFC 6749 §5.1).

use serde_json::{Map, Value};

use super::error::ProtocolError;
use crate::clock::UnixSeconds;
use crate::token::LATEST_DATE;

/// A token response. It has no `Debug`, because its contents are secret.
pub(crate) struct TokenResponse(Map<String, Value>);

impl TokenResponse {
    /// Checks the members that RFC 6749 §5.1 requires.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, ProtocolError> {
        let members = serde_json::from_slice(json)
            .map_err(|_| ProtocolError::UnusableResponse("token_response_malformed"))?;
        let response = Self(members);
        if response.text("access_token").is_none() {
            return Err(ProtocolError::UnusableResponse("access_token_missing"));
        }
        // Types are not case-sensitive (§5.1), and an unknown one must not be used (§7.1).
        match response.text("token_type") {
            Some(kind) if kind.eq_ignore_ascii_case("bearer") => Ok(response),
            _ => Err(ProtocolError::UnusableResponse("token_type_unusable")),
        }
    }

    pub(crate) fn access_token(&self) -> &str {
        self.text("access_token").unwrap_or_default()
    }

    pub(crate) fn refresh_token(&self) -> Option<&str> {
        self.text("refresh_token")
    }

    pub(crate) fn id_token(&self) -> Option<&str> {
        self.text("id_token")
    }

    /// The granted scope, if it differs from the requested one (§5.1).
    pub(crate) fn scope(&self) -> Option<&str> {
        self.text("scope")
    }

    /// When the access token expires, if the response contains that.
    pub(crate) fn expires(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        let dates = ["exp", "expires", "expires_at"];
        self.ends(dates, "expires_in", now).next()
    }

    /// When the refresh token expires, if the response contains that. A date in the past, such as
    /// Keycloak's 0 for offline tokens, is ignored: the token has only just been issued.
    pub(crate) fn refresh_expires(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        let dates = ["refresh_exp", "refresh_expires", "refresh_expires_at"];
        let mut ends = self.ends(dates, "refresh_expires_in", now);
        ends.find(|end| *end > now)
    }

    /// The expiry from each member that is present: absolute dates first, then the lifetime.
    fn ends<'r>(
        &'r self,
        dates: [&'r str; 3],
        lifetime: &'r str,
        now: UnixSeconds,
    ) -> impl Iterator<Item = UnixSeconds> + 'r {
        let dates = dates.into_iter().filter_map(|name| self.seconds(name));
        let lifetime = self.seconds(lifetime);
        dates.chain(lifetime.map(|lifetime| after(now, lifetime)))
    }

    /// A number of seconds; some providers send it as a string.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "dates have few digits, and the range is checked"
    )]
    fn seconds(&self, name: &str) -> Option<UnixSeconds> {
        let seconds = match self.0.get(name)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.parse().ok()?,
            _ => return None,
        };
        (0.0..=LATEST_DATE as f64)
            .contains(&seconds)
            .then_some(seconds as UnixSeconds)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

/// When a lifetime that begins now ends.
pub(crate) fn after(now: UnixSeconds, lifetime: UnixSeconds) -> UnixSeconds {
    now.saturating_add(lifetime).min(LATEST_DATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_required() {
        for response in [
            "",
            "null",
            "[]",
            "<html>",
            r#"{"token_type":"Bearer"}"#,
            r#"{"access_token":"","token_type":"Bearer"}"#,
            r#"{"access_token":1,"token_type":"Bearer"}"#,
            r#"{"access_token":"a"}"#,
            r#"{"access_token":"a","token_type":"DPoP"}"#,
        ] {
            assert!(
                TokenResponse::parse(response.as_bytes()).is_err(),
                "{response}"
            );
        }
    }
}
