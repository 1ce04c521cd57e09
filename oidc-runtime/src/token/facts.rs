//! The claims of a session's user, merged from what the provider has said about them.

use std::sync::Arc;

use super::memo::Memo;
use super::raw_claims::RawClaims;
use super::registered_claims::RegisteredClaims;
use super::trust::Trust;
use super::verified::{Source, VerifiedUser};
use crate::clock::UnixSeconds;

/// Claims about the sign-in, which the ID token knows best.
const OF_THE_SIGN_IN: [&str; 4] = ["acr", "amr", "auth_time", "sid"];

/// Claims about tokens, which are not the userinfo endpoint's to say.
const OF_TOKENS: [&str; 14] = [
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "azp",
    "nonce",
    "at_hash",
    "c_hash",
    "scope",
    "scp",
    "typ",
    "token_use",
    "cnf",
];

/// Claims about what an access token may be used for (RFC 9068 §2.2.3), which no other token can say.
const OF_ACCESS_TOKENS: [&str; 2] = ["scope", "scp"];

/// Where the claims of a session come from: verified tokens, as JSON, and what the provider returned
/// beside them.
pub(crate) struct Facts<'f> {
    /// Only if a guard would accept the token, and it is about the same user: roles and permissions
    /// in a token for another API do not apply here.
    pub(crate) access_token: Option<&'f [u8]>,
    pub(crate) id_token: &'f [u8],
    pub(crate) userinfo: Option<&'f [u8]>,
    /// The granted scopes, for an access token whose own are not known.
    pub(crate) scope: &'f str,
}

impl Facts<'_> {
    /// Each claim has the value of the first source that has it: access token, ID token, userinfo.
    /// What is about the sign-in comes from the ID token first. `None` if a source cannot be read.
    fn merge(&self) -> Option<RawClaims<'_>> {
        let mut claims = RawClaims::new();
        if let Some(access_token) = self.access_token {
            for (name, value) in RawClaims::parse(access_token)? {
                claims.set(name, value);
            }
        }
        for (name, value) in RawClaims::parse(self.id_token)? {
            if OF_THE_SIGN_IN.contains(&&*name) {
                claims.set(name, value);
            } else if !OF_ACCESS_TOKENS.contains(&&*name) {
                claims.add(name, value);
            }
        }
        if let Some(userinfo) = self.userinfo {
            for (name, value) in RawClaims::parse(userinfo)? {
                if !OF_TOKENS.contains(&&*name) && !OF_THE_SIGN_IN.contains(&&*name) {
                    claims.add(name, value);
                }
            }
        }
        Some(claims)
    }
}

impl VerifiedUser {
    /// The user of a session that ends at `ends_at`. `None` if its claims cannot be read.
    pub(crate) fn of_session(
        facts: &Facts<'_>,
        issuer: &Arc<str>,
        trust: &Arc<Trust>,
        ends_at: UnixSeconds,
    ) -> Option<Self> {
        let merged = facts.merge()?;
        let text = serde_json::to_string(&merged).ok()?;
        let claims = RegisteredClaims::of(&merged).ok()?;
        let scopes = match facts.access_token {
            Some(_) => claims.scope.unwrap_or_default(),
            None => facts.scope.into(),
        };
        Some(Self {
            text: text.into(),
            source: Source::Session,
            valid_until: ends_at,
            expires_at: ends_at,
            memo: Memo::default(),
            issuer: Arc::clone(issuer),
            subject: claims.sub?,
            scopes,
            acr: claims.acr,
            issued_at: claims.iat.map(|date| date.0),
            authenticated_at: claims.auth_time.map(|date| date.0),
            trust: Arc::clone(trust),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::token::{Principal, RolePlaces};

    fn user(access_token: Option<&Value>, id_token: &Value, userinfo: Option<&Value>) -> Principal {
        let bytes = |value: &Value| value.to_string().into_bytes();
        let (access, id, info) = (
            access_token.map(bytes),
            bytes(id_token),
            userinfo.map(bytes),
        );
        let facts = Facts {
            access_token: access.as_deref(),
            id_token: &id,
            userinfo: info.as_deref(),
            scope: "openid asked",
        };
        let trust = Arc::new(Trust::own(RolePlaces::usual(Some("app"), None)));
        let issuer = Arc::from("https://login.example.org");
        let user = VerifiedUser::of_session(&facts, &issuer, &trust, 2_000);
        Principal::new(Arc::new(user.expect("the claims can be read")))
    }

    #[test]
    fn the_first_source_that_has_a_claim_counts() {
        let user = user(
            Some(
                &json!({"sub": "alice", "scope": "read", "roles": ["editor"], "acr": "1", "a": 1}),
            ),
            &json!({"sub": "alice", "acr": "2", "sid": "s", "a": 2, "b": 2, "auth_time": 7}),
            Some(
                &json!({"sub": "alice", "acr": 3, "exp": "x", "a": 3, "b": 3, "email": "a@example.org"}),
            ),
        );
        let claims = user.claims();
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        assert_eq!((number("a"), number("b")), (Some(1), Some(2)));
        assert_eq!(
            (user.acr(), user.email()),
            (Some("2"), Some("a@example.org"))
        );
        assert_eq!(user.auth_time_seconds(), Some(7));
        assert!(user.has_role("editor") && user.has_scope("read") && !user.has_scope("asked"));
    }

    #[test]
    fn without_an_access_token_of_ours_the_granted_scopes_count() {
        let user = user(None, &json!({"sub": "alice", "scope": "not this"}), None);
        assert_eq!(user.scopes().collect::<Vec<_>>(), ["openid", "asked"]);
    }

    #[test]
    fn an_id_token_neither_grants_nor_hides_scopes() {
        let id_token = json!({"sub": "alice", "scope": "not this"});
        for (access_token, expected) in [
            (
                json!({"sub": "alice", "scp": ["read", "write"]}),
                &["read", "write"][..],
            ),
            (json!({"sub": "alice", "scope": "read"}), &["read"]),
            (json!({"sub": "alice"}), &[]),
        ] {
            let user = user(Some(&access_token), &id_token, None);
            assert_eq!(
                user.scopes().collect::<Vec<_>>(),
                expected,
                "{access_token}"
            );
        }
    }
}
