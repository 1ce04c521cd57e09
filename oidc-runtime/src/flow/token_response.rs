//! The provider's token response (RFC 6749 §5.1), and what is made of it.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::FlowError;
use crate::clock::UnixSeconds;
use crate::config::Config;

/// How long an access token counts if nobody says, in seconds.
const DEFAULT_LIFETIME: UnixSeconds = 180;
/// The last second of the year 9999: what lies beyond is no date.
const LATEST: UnixSeconds = 253_402_300_799;

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
    /// Unix seconds; null without a refresh token.
    refresh_expires: Option<UnixSeconds>,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl TokenResponse {
    /// Checks that all is there that RFC 6749 §5.1 requires.
    pub(super) fn parse(json: &[u8]) -> Result<Self, FlowError> {
        let members = serde_json::from_slice(json)
            .map_err(|_| FlowError::UnusableResponse("token_response_malformed"))?;
        let response = Self(members);
        if response.text("access_token").is_none() {
            return Err(FlowError::UnusableResponse("access_token_missing"));
        }
        // Types are not case-sensitive (§5.1); a token of another type is of no use here (§7.1).
        match response.text("token_type") {
            Some(kind) if kind.eq_ignore_ascii_case("bearer") => Ok(response),
            _ => Err(FlowError::UnusableResponse("token_type_unusable")),
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

    /// The body for a sign-in. Without a scope in the response, what was asked for was granted
    /// (§5.1).
    pub(super) fn token(&self, config: &Config, asked_scope: &str) -> Token {
        self.with_refresh_token(self.text("refresh_token"), config, asked_scope)
    }

    /// The body for a refresh. Without a refresh token in the response, the one that was offered
    /// stays good (§6).
    pub(super) fn refreshed(&self, config: &Config, offered: &str) -> Token {
        let refresh_token = self.text("refresh_token").unwrap_or(offered);
        self.with_refresh_token(Some(refresh_token), config, &config.scopes)
    }

    fn with_refresh_token(&self, token: Option<&str>, config: &Config, asked_scope: &str) -> Token {
        let now = config.clock.unix_seconds();
        let mut ends = self.ends(["exp", "expires", "expires_at"], "expires_in", now);
        Token {
            access_token: self.access_token().to_owned(),
            token_type: "Bearer",
            expires: ends.next().unwrap_or(after(now, DEFAULT_LIFETIME)),
            refresh_token: token.map(str::to_owned),
            refresh_expires: token.map(|_| self.refresh_end(now, config.refresh_token_lifetime)),
            scope: self.text("scope").unwrap_or(asked_scope).to_owned(),
            id_token: self
                .id_token()
                .filter(|_| config.return_id_token)
                .map(str::to_owned),
        }
    }

    /// A token that was issued just now has not ended: an end in the past, such as Keycloak's 0 for
    /// offline tokens, says nothing. Clients would not use a token without an end at all.
    fn refresh_end(&self, now: UnixSeconds, assumed: Duration) -> UnixSeconds {
        let dates = ["refresh_exp", "refresh_expires", "refresh_expires_at"];
        let mut ends = self.ends(dates, "refresh_expires_in", now);
        let assumed = UnixSeconds::try_from(assumed.as_secs()).unwrap_or(UnixSeconds::MAX);
        ends.find(|end| *end > now).unwrap_or(after(now, assumed))
    }

    /// The dates there are, then now and the lifetime.
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
        (0.0..=LATEST as f64)
            .contains(&seconds)
            .then_some(seconds as UnixSeconds)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

fn after(now: UnixSeconds, lifetime: UnixSeconds) -> UnixSeconds {
    now.saturating_add(lifetime).min(LATEST)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use serde_json::json;

    use super::*;
    use crate::config::OidcBuilder;

    const NOW: UnixSeconds = 1_700_000_000;

    fn response(more: &Value) -> TokenResponse {
        let mut response = json!({ "access_token": "a", "token_type": "bearer" });
        for (name, value) in more.as_object().unwrap() {
            response[name] = value.clone();
        }
        let response = TokenResponse::parse(response.to_string().as_bytes());
        response.ok().unwrap()
    }

    fn builder() -> OidcBuilder {
        OidcBuilder::default()
            .client_id("app")
            .discovery_url("https://login.example")
            .clock(|| UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs()))
    }

    fn token(more: &Value) -> Token {
        let oidc = builder().build().unwrap();
        response(more).token(oidc.config(), "openid asked")
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
                id_token: None,
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

    const MONTH: UnixSeconds = 30 * 24 * 60 * 60;

    #[test]
    fn the_first_end_of_a_refresh_token_that_lies_ahead_counts() {
        for (more, end) in [
            (json!({}), MONTH),
            (json!({ "refresh_expires_in": 0 }), MONTH),
            (json!({ "refresh_expires_in": null }), MONTH),
            (json!({ "refresh_expires_in": "60" }), 60),
            (json!({ "refresh_expires_at": NOW + 9 }), 9),
            (
                json!({ "refresh_expires_at": NOW + 9, "refresh_expires_in": 60 }),
                9,
            ),
            (
                json!({ "refresh_exp": NOW + 1, "refresh_expires": NOW + 2 }),
                1,
            ),
            (json!({ "refresh_exp": 0, "refresh_expires": NOW + 2 }), 2),
            (
                json!({ "refresh_expires": 1800, "refresh_expires_in": 60 }),
                60,
            ),
            (json!({ "refresh_exp": NOW }), MONTH),
            (json!({ "refresh_exp": NOW - 1 }), MONTH),
        ] {
            let mut more = more;
            more["refresh_token"] = json!("r");
            assert_eq!(token(&more).refresh_expires, Some(NOW + end), "{more}");
        }
        let none = token(&json!({ "refresh_expires_in": 60 }));
        assert_eq!((none.refresh_token, none.refresh_expires), (None, None));
    }

    #[test]
    fn the_assumed_life_of_a_refresh_token_is_configured() {
        for (lifetime, end) in [
            (Duration::from_millis(1500), NOW + 1),
            (Duration::MAX, LATEST),
        ] {
            let oidc = builder().refresh_token_lifetime(lifetime).build().unwrap();
            let token = response(&json!({ "refresh_token": "r" })).token(oidc.config(), "");
            assert_eq!(token.refresh_expires, Some(end));
        }
    }

    #[test]
    fn a_refresh_token_that_is_not_replaced_stays() {
        let oidc = builder().build().unwrap();
        for (more, refresh_token, end) in [
            (json!({}), "offered", MONTH),
            (json!({ "refresh_token": null }), "offered", MONTH),
            (json!({ "refresh_token": "" }), "offered", MONTH),
            (json!({ "refresh_expires_in": 60 }), "offered", 60),
            (json!({ "refresh_token": "new" }), "new", MONTH),
        ] {
            let token = response(&more).refreshed(oidc.config(), "offered");
            assert_eq!(
                token.refresh_token.as_deref(),
                Some(refresh_token),
                "{more}"
            );
            assert_eq!(token.refresh_expires, Some(NOW + end), "{more}");
        }
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
