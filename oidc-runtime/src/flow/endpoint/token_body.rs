//! The response to a successful sign-in or refresh.

use serde::Serialize;

use crate::clock::UnixSeconds;
use crate::config::Config;
use crate::protocol::{TokenResponse, after};

/// The assumed lifetime of an access token in seconds, if the provider does not send one.
const DEFAULT_LIFETIME: UnixSeconds = 180;

/// The tokens for the client.
#[derive(Serialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct TokenBody {
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

impl TokenBody {
    /// A response without `scope` grants what was requested (RFC 6749 §5.1).
    pub(super) fn of_sign_in(
        response: &TokenResponse,
        config: &Config,
        requested_scope: &str,
    ) -> Self {
        Self::new(response, response.refresh_token(), config, requested_scope)
    }

    /// If the response has no refresh token, the presented one stays valid (RFC 6749 §6).
    pub(super) fn of_refresh(response: &TokenResponse, config: &Config, presented: &str) -> Self {
        let refresh_token = response.refresh_token().unwrap_or(presented);
        Self::new(response, Some(refresh_token), config, &config.scopes)
    }

    fn new(
        response: &TokenResponse,
        refresh_token: Option<&str>,
        config: &Config,
        requested_scope: &str,
    ) -> Self {
        let now = config.clock.unix_seconds();
        let expires = response.expires(now);
        let id_token = response.id_token().filter(|_| config.return_id_token);
        Self {
            access_token: response.access_token().to_owned(),
            token_type: "Bearer",
            expires: expires.unwrap_or(after(now, DEFAULT_LIFETIME)),
            refresh_token: refresh_token.map(str::to_owned),
            refresh_expires: refresh_token.map(|_| refresh_expires(response, config, now)),
            scope: response.scope().unwrap_or(requested_scope).to_owned(),
            id_token: id_token.map(str::to_owned),
        }
    }
}

/// The companion client never uses a refresh token without an expiry, so one is assumed if the
/// provider does not send it.
fn refresh_expires(response: &TokenResponse, config: &Config, now: UnixSeconds) -> UnixSeconds {
    let assumed = UnixSeconds::try_from(config.refresh_token_lifetime.as_secs());
    let assumed = after(now, assumed.unwrap_or(UnixSeconds::MAX));
    response.refresh_expires(now).unwrap_or(assumed)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use serde_json::{Value, json};

    use super::*;
    use crate::config::OidcBuilder;
    use crate::token::LATEST_DATE;

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

    fn token(more: &Value) -> TokenBody {
        let oidc = builder().build().unwrap();
        TokenBody::of_sign_in(&response(more), oidc.config(), "openid requested")
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
            TokenBody {
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
    fn the_first_expiry_is_used() {
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
    fn the_first_refresh_expiry_in_the_future_is_used() {
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
    fn the_assumed_lifetime_of_a_refresh_token_is_configurable() {
        for (lifetime, end) in [
            (Duration::from_millis(1500), NOW + 1),
            (Duration::MAX, LATEST_DATE),
        ] {
            let oidc = builder().refresh_token_lifetime(lifetime).build().unwrap();
            let response = response(&json!({ "refresh_token": "r" }));
            let token = TokenBody::of_sign_in(&response, oidc.config(), "");
            assert_eq!(token.refresh_expires, Some(end));
        }
    }

    #[test]
    fn a_refresh_token_that_is_not_replaced_is_kept() {
        let oidc = builder().build().unwrap();
        for (more, refresh_token, end) in [
            (json!({}), "offered", MONTH),
            (json!({ "refresh_token": null }), "offered", MONTH),
            (json!({ "refresh_token": "" }), "offered", MONTH),
            (json!({ "refresh_expires_in": 60 }), "offered", 60),
            (json!({ "refresh_token": "new" }), "new", MONTH),
        ] {
            let token = TokenBody::of_refresh(&response(&more), oidc.config(), "offered");
            assert_eq!(
                token.refresh_token.as_deref(),
                Some(refresh_token),
                "{more}"
            );
            assert_eq!(token.refresh_expires, Some(NOW + end), "{more}");
        }
    }

    #[test]
    fn without_a_scope_the_requested_one_is_returned() {
        assert_eq!(token(&json!({})).scope, "openid requested");
        assert_eq!(token(&json!({ "scope": null })).scope, "openid requested");
    }
}
