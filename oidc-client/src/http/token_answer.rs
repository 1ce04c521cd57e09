//! The token response of an application: its times are absolute, by a clock that need not agree with
//! this machine's.

use std::time::{Duration, SystemTime};

use oidc_runtime::for_client::Secret;
use serde_json::{Map, Value};

use super::Answer;
use crate::clock::time_of;
use crate::error::Error;
use crate::text::is_token;
use crate::token::Token;

/// Reads a successful response, which arrived now.
pub(crate) fn token(answer: &Answer, now: SystemTime) -> Result<Token, Error> {
    let members = answer.json()?;
    let kind = text(&members, "token_type");
    // An unknown type must not be used (RFC 6749 §7.1).
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(Error::unusable(
            "the application issues tokens of another type than Bearer",
        ));
    }
    let access_token = text(&members, "access_token").filter(|token| is_token(token));
    let Some(access_token) = access_token else {
        return Err(Error::unusable(
            "the response of the application has no access token that can be used",
        ));
    };
    let times = Times {
        members: &members,
        sent: answer.date,
        now,
    };
    Ok(Token {
        access_token: Secret::new(access_token),
        refresh_token: text(&members, "refresh_token").map(Secret::new),
        scope: text(&members, "scope").map(str::to_owned),
        obtained: now,
        expires: times.end(["expires", "expires_at", "exp"], "expires_in"),
        refresh_expires: times.end(["refresh_expires"], "refresh_expires_in"),
        unkept: None,
    })
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    let text = members.get(name)?.as_str();
    text.filter(|text| !text.is_empty())
}

struct Times<'m> {
    members: &'m Map<String, Value>,
    sent: Option<SystemTime>,
    now: SystemTime,
}

impl Times<'_> {
    /// When something ends, by this machine's clock. The application's `Date` says what it takes for
    /// now, so that a wrong clock on either side does no harm. An end that has passed is none: the
    /// token has only just been issued.
    fn end<const N: usize>(&self, dates: [&str; N], lifetime: &str) -> Option<SystemTime> {
        let lifetime = self.seconds(lifetime).map(Duration::from_secs);
        let lifetime = lifetime.or_else(|| {
            let end = dates.iter().find_map(|date| self.seconds(date))?;
            let end = time_of(end)?;
            end.duration_since(self.sent.unwrap_or(self.now)).ok()
        });
        self.now
            .checked_add(lifetime.filter(|left| !left.is_zero())?)
    }

    /// 0 stands for unknown, as a missing member does.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    fn seconds(&self, name: &str) -> Option<u64> {
        /// The end of the year 9999.
        const LATEST: f64 = 253_402_300_799.0;
        let seconds = self.members.get(name)?.as_f64()?;
        (1.0..=LATEST).contains(&seconds).then_some(seconds as u64)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::seconds;

    const SERVER: u64 = 1_700_000_000;

    fn read(body: &Value, date: Option<u64>, now: u64) -> Result<Token, Error> {
        let answer = Answer {
            status: 200,
            location: None,
            date: date.and_then(time_of),
            is_json: true,
            body: body.to_string().into_bytes(),
            secrets: Vec::new(),
        };
        token(&answer, time_of(now).expect("a time"))
    }

    fn lifetime(times: &Value, date: Option<u64>, now: u64) -> Option<u64> {
        let mut body = json!({"access_token": "a", "token_type": "bearer"});
        let times = times.as_object().expect("an object").clone();
        body.as_object_mut().expect("an object").extend(times);
        let token = read(&body, date, now).expect("a token");
        token.expires.map(|end| seconds(end) - now)
    }

    #[test]
    fn a_wrong_clock_does_not_change_lifetimes() {
        let absolute = json!({"expires": SERVER + 300});
        for now in [SERVER - 7200, SERVER, SERVER + 7200] {
            assert_eq!(lifetime(&absolute, Some(SERVER), now), Some(300));
            assert_eq!(lifetime(&json!({"expires_in": 300}), None, now), Some(300));
        }
        for name in ["expires_at", "exp"] {
            assert_eq!(
                lifetime(&json!({ name: SERVER + 300 }), Some(SERVER), 5),
                Some(300)
            );
        }
        assert_eq!(lifetime(&absolute, None, SERVER), Some(300));
        assert_eq!(lifetime(&absolute, None, SERVER + 7200), None);
    }

    #[test]
    fn unknown_ends_are_none() {
        let unknown = [
            json!({}),
            json!({"expires": 0}),
            json!({"expires": null}),
            json!({"expires": -1}),
            json!({"expires": "soon"}),
            json!({"expires": 1e300}),
            json!({"expires": SERVER}),
        ];
        for times in unknown {
            assert_eq!(lifetime(&times, Some(SERVER), SERVER), None, "{times}");
        }
        let fraction = json!({"expires": 1_700_000_300.9});
        assert_eq!(lifetime(&fraction, Some(SERVER), SERVER), Some(300));
    }

    #[test]
    fn only_bearer_tokens_are_accepted() {
        let bodies = [
            json!({}),
            json!({"access_token": "a"}),
            json!({"access_token": "a", "token_type": "DPoP"}),
            json!({"access_token": "", "token_type": "Bearer"}),
            json!({"access_token": "a\r\nb", "token_type": "Bearer"}),
            json!({"access_token": 1, "token_type": "Bearer"}),
        ];
        for body in bodies {
            assert!(read(&body, None, SERVER).is_err(), "{body}");
        }
    }
}
