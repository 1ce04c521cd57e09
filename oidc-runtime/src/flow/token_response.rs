//! The provider's token response (RFC 6749 §5.1), and what is made of it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::FlowError;
use crate::clock::UnixSeconds;

/// How long an access token counts if nobody says, in seconds.
const DEFAULT_LIFETIME: UnixSeconds = 180;
/// The last second of the year 9999: what lies beyond is no date.
const LATEST: f64 = 253_402_300_799.0;

/// What the provider granted. Not printable: it is all secret.
pub(super) struct TokenResponse(Map<String, Value>);

/// The body of a successful sign-in.
#[derive(Serialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
#[expect(clippy::struct_field_names, reason = "the names of the HTTP interface")]
pub(super) struct Token {
    access_token: String,
    token_type: &'static str,
    /// Unix seconds.
    expires: UnixSeconds,
    refresh_token: Option<String>,
    /// Unix seconds; null when that is not known.
    refresh_expires: Option<UnixSeconds>,
    scope: String,
}

impl TokenResponse {
    /// Checks that all is there that RFC 6749 §5.1 requires.
    pub(super) fn parse(json: &[u8]) -> Result<Self, FlowError> {
        let members = serde_json::from_slice(json)
            .map_err(|_| FlowError::Answer("token_response_malformed"))?;
        let response = Self(members);
        if response.text("access_token").is_none() {
            return Err(FlowError::Answer("access_token_missing"));
        }
        // Types are not case-sensitive (§5.1); a token of another type is of no use here (§7.1).
        match response.text("token_type") {
            Some(kind) if kind.eq_ignore_ascii_case("bearer") => Ok(response),
            _ => Err(FlowError::Answer("token_type_unusable")),
        }
    }

    pub(super) fn access_token(&self) -> &str {
        self.text("access_token").unwrap_or_default()
    }

    pub(super) fn refresh_token(&self) -> Option<&str> {
        self.text("refresh_token")
    }

    pub(super) fn id_token(&self) -> Option<&str> {
        self.text("id_token")
    }

    /// Without a scope in the response, what was asked for was granted (§5.1).
    pub(super) fn token(&self, asked_scope: &str, now: UnixSeconds) -> Token {
        let refresh_token = self.text("refresh_token");
        Token {
            access_token: self.access_token().to_owned(),
            token_type: "Bearer",
            expires: self
                .end(["exp", "expires", "expires_at"], "expires_in", now)
                .unwrap_or(now.saturating_add(DEFAULT_LIFETIME)),
            refresh_token: refresh_token.map(str::to_owned),
            refresh_expires: refresh_token.and_then(|_| self.refresh_end(now)),
            scope: self.text("scope").unwrap_or(asked_scope).to_owned(),
        }
    }

    fn refresh_end(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        let dates = ["refresh_exp", "refresh_expires", "refresh_expires_at"];
        // Keycloak says 0 for a token without an end.
        self.end(dates, "refresh_expires_in", now)
            .filter(|end| *end > now)
    }

    /// The first date there is, or else now and the lifetime.
    fn end(&self, dates: [&str; 3], lifetime: &str, now: UnixSeconds) -> Option<UnixSeconds> {
        let date = dates.into_iter().find_map(|name| self.seconds(name));
        date.or_else(|| Some(now.saturating_add(self.seconds(lifetime)?)))
    }

    /// A number of seconds; some providers send it as a string.
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    fn seconds(&self, name: &str) -> Option<UnixSeconds> {
        let seconds = match self.0.get(name)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.parse().ok()?,
            _ => return None,
        };
        (0.0..=LATEST)
            .contains(&seconds)
            .then_some(seconds as UnixSeconds)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: UnixSeconds = 1_700_000_000;

    fn token(more: &Value) -> Token {
        let mut response = json!({ "access_token": "a", "token_type": "bearer" });
        for (name, value) in more.as_object().unwrap() {
            response[name] = value.clone();
        }
        let response = TokenResponse::parse(response.to_string().as_bytes());
        response.ok().unwrap().token("openid asked", NOW)
    }

    #[test]
    fn everything_that_was_granted() {
        let granted = token(&json!({
            "expires_in": 3600,
            "refresh_token": "r",
            "refresh_expires_in": 7200,
            "scope": "openid",
        }));
        assert_eq!(
            granted,
            Token {
                access_token: "a".into(),
                token_type: "Bearer",
                expires: NOW + 3600,
                refresh_token: Some("r".into()),
                refresh_expires: Some(NOW + 7200),
                scope: "openid".into(),
            }
        );
    }

    #[test]
    fn the_first_date_counts() {
        let expires = |more: Value| token(&more).expires;
        assert_eq!(
            expires(json!({ "exp": 1, "expires": 2, "expires_at": 3, "expires_in": 4 })),
            1
        );
        assert_eq!(
            expires(json!({ "expires": 2, "expires_at": 3, "expires_in": 4 })),
            2
        );
        assert_eq!(expires(json!({ "expires_at": 3.9, "expires_in": 4 })), 3);
        assert_eq!(expires(json!({ "expires_in": "4" })), NOW + 4);
        assert_eq!(expires(json!({ "expires_in": 0 })), NOW);
        for unusable in [
            json!(null),
            json!(-1),
            json!(1e300),
            json!("NaN"),
            json!([]),
            json!({}),
        ] {
            assert_eq!(expires(json!({ "expires_in": unusable })), NOW + 180);
        }
    }

    #[test]
    fn an_unknown_end_of_a_refresh_token_is_null() {
        let end = |more: Value| token(&more).refresh_expires;
        assert_eq!(end(json!({ "refresh_token": "r" })), None);
        assert_eq!(
            end(json!({ "refresh_token": "r", "refresh_expires_in": 0 })),
            None
        );
        assert_eq!(end(json!({ "refresh_expires_in": 60 })), None);
        assert_eq!(
            end(json!({ "refresh_token": "r", "refresh_expires_at": NOW + 9 })),
            Some(NOW + 9)
        );
    }

    #[test]
    fn without_a_scope_it_is_what_was_asked() {
        assert_eq!(token(&json!({})).scope, "openid asked");
        assert_eq!(token(&json!({ "scope": null })).scope, "openid asked");
    }

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
