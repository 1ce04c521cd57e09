//! The user behind a request.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::names::{self, strings, text_claim};
use super::verified::VerifiedToken;
use crate::clock::UnixSeconds;
use crate::jose::decode;

/// The user of a request, from a verified access token: who they are and what they may do.
///
/// As an argument of a handler it requires a valid token; `Option<Principal>` is `None` without
/// one. `Result<Principal, Rejection>` is an error that tells why, which the handler may return or
/// replace by a response of its own. Only the verifier creates it, so code that takes a `Principal` can rely on the token.
///
/// It is also exported as `IdToken`, which is what py-oidc-auth calls it.
///
/// The standard claims have methods, all others are in [`claims`](Self::claims). For claims of
/// your own in your own type, take [`Claims<T>`](super::Claims).
///
/// ```
/// use oidc::Principal;
///
/// fn greet(user: &Principal) -> String {
///     format!("Hello, {}", user.name().unwrap_or(user.subject()))
/// }
/// ```
///
/// With the reason, on axum and actix-web alike:
///
/// ```
/// use oidc::{Principal, Rejection};
///
/// async fn home(user: Result<Principal, Rejection>) -> Result<String, Rejection> {
///     match user {
///         Ok(user) => Ok(format!("Hello, {}", user.subject())),
///         Err(rejection) if rejection.code() == "credentials_missing" => Ok("Hello".to_owned()),
///         Err(rejection) => Err(rejection),
///     }
/// }
/// ```
#[doc(alias = "IdToken")]
#[derive(Clone)]
pub struct Principal {
    token: Arc<VerifiedToken>,
    claims: OnceLock<Arc<Map<String, Value>>>,
}

impl Principal {
    pub(crate) fn new(token: Arc<VerifiedToken>) -> Self {
        Self {
            token,
            claims: OnceLock::new(),
        }
    }

    pub(crate) fn verified(&self) -> &VerifiedToken {
        &self.token
    }

    pub(crate) fn into_verified(self) -> Arc<VerifiedToken> {
        self.token
    }

    pub(crate) fn text(&self) -> &str {
        &self.token.text
    }

    /// `sub`: the user's identifier, unique at this provider and never reassigned. Never empty.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.token.subject
    }

    /// `iss`: the provider.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.token.issuer
    }

    /// `aud`: the applications that the token is for.
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        strings(self.claims().get("aud"))
    }

    /// `azp`, or else `client_id`, `cid` or `appid`: the application that the token was issued to.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        text_claim(self.claims(), &["azp", "client_id", "cid", "appid"])
    }

    /// `exp`: when the token ends.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        time(self.token.expires_at)
    }

    /// `iat`: when the token was issued, if it says so.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.token.issued_at.map(time)
    }

    /// `auth_time`: when the user last proved who he is, if the token says so.
    #[must_use]
    pub fn auth_time(&self) -> Option<SystemTime> {
        self.token.authenticated_at.map(time)
    }

    pub(crate) fn auth_time_seconds(&self) -> Option<UnixSeconds> {
        self.token.authenticated_at
    }

    /// `acr`: how the user proved who he is.
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.token.acr.as_deref()
    }

    /// The granted scopes, from `scope` or else `scp`.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.token
            .scopes
            .split(' ')
            .filter(|scope| !scope.is_empty())
    }

    /// Whether this scope was granted. Scopes are case-sensitive (RFC 6749 §3.3).
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// The roles, from the claims of [`OidcBuilder::roles_from`](crate::OidcBuilder::roles_from). By
    /// default these are `roles`, `groups`, and for Keycloak `realm_access.roles` and, of
    /// `resource_access`, the `roles` of this client and of the accepted audiences.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.token.role_places.of(self.claims())
    }

    /// Whether the user has this role, in any of the places of [`roles`](Self::roles).
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles().any(|found| found == role)
    }

    /// `preferred_username`, or else `username`, `user_name` or `uid`.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        text_claim(self.claims(), &names::USERNAME)
    }

    /// `name`: the full name, for display.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        text_claim(self.claims(), &["name"])
    }

    /// `given_name`, or else `first_name`.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        text_claim(self.claims(), &names::GIVEN_NAME)
    }

    /// `family_name`, or else `last_name` or `surname`.
    #[must_use]
    pub fn family_name(&self) -> Option<&str> {
        text_claim(self.claims(), &names::FAMILY_NAME)
    }

    /// `email`, or else `mail`. Check [`email_verified`](Self::email_verified) before you rely on
    /// it.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        text_claim(self.claims(), &names::EMAIL)
    }

    /// `email_verified`: whether the provider has verified that the address in `email` belongs to
    /// the user. False for an address from `mail`, about which the claim says nothing.
    #[must_use]
    pub fn email_verified(&self) -> bool {
        let claims = self.claims();
        text_claim(claims, &["email"]).is_some()
            && claims.get("email_verified") == Some(&Value::Bool(true))
    }

    /// All claims as they came.
    pub fn claims(&self) -> &Map<String, Value> {
        self.claims
            .get_or_init(|| Arc::new(self.read_claims().unwrap_or_default()))
    }

    /// The claims in a type of your own.
    ///
    /// # Errors
    /// When the claims do not fit the type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.payload())
    }

    /// The text was read before, when the token was verified, so it can be read again.
    fn read_claims(&self) -> Option<Map<String, Value>> {
        serde_json::from_slice(&self.payload()).ok()
    }

    fn payload(&self) -> Vec<u8> {
        self.text()
            .split('.')
            .nth(1)
            .and_then(|part| decode(part).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for Principal {
    /// Names the user, not what is known about him.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}

fn time(seconds: UnixSeconds) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
}
