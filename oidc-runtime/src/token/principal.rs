//! The user of a request.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::identity::Identity;
use super::names::{self, strings, text_claim};
use super::verified::{Source, VerifiedUser};
use super::via::Via;
use crate::clock::{UnixSeconds, time_of};
use crate::jose::decode;

/// The user of a request, from a verified access token or a browser session: who they are and what
/// they may do.
///
/// As an argument of a handler it requires a valid token or a session; `Option<Principal>` is `None`
/// without either. `Result<Principal, Rejection>` is an error that tells why, which the handler may
/// return or replace by a response of its own. Only the verifier creates it, so a function that takes
/// a `Principal` can rely on it.
///
/// The claims of a session are merged from the access token, if a guard would accept it, the ID token
/// and the userinfo response, in this order. They are as new as the sign-in or the last refresh. Where
/// a method speaks of the token, it means these claims.
///
/// It is also exported as `IdToken`, which is what py-oidc-auth calls it.
///
/// Standard claims have methods; all claims are in [`claims`](Self::claims). For claims in a type of
/// your own, use [`deserialize`](Self::deserialize) or [`Claims<T>`](super::Claims).
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
    token: Arc<VerifiedUser>,
    /// `None` in it if they cannot be read.
    claims: OnceLock<Option<Arc<Map<String, Value>>>>,
    /// The roles, if a prefix is put before them.
    prefixed_roles: OnceLock<Vec<String>>,
}

impl Principal {
    pub(crate) fn new(token: Arc<VerifiedUser>) -> Self {
        Self {
            token,
            claims: OnceLock::new(),
            prefixed_roles: OnceLock::new(),
        }
    }

    pub(crate) fn verified(&self) -> &VerifiedUser {
        &self.token
    }

    pub(crate) fn into_verified(self) -> Arc<VerifiedUser> {
        self.token
    }

    /// How the user of this request is known.
    ///
    /// ```
    /// use oidc::{Principal, Via};
    ///
    /// fn is_program(user: &Principal) -> bool {
    ///     user.via() == Via::Bearer
    /// }
    /// ```
    #[must_use]
    pub fn via(&self) -> Via {
        match self.token.source {
            Source::Signed(_) | Source::Introspected { .. } => Via::Bearer,
            Source::Session => Via::Session,
        }
    }

    /// `sub`: the user's identifier, unique at this provider and never reassigned. Never empty.
    ///
    /// Use it as the key of a user in a database, as names and addresses change (OpenID Connect Core
    /// §5.7), or [`identity`](Self::identity) if several issuers are trusted: each may have a user with
    /// this subject.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn is_owner(user: &Principal, owner: &str) -> bool {
    ///     user.subject() == owner
    /// }
    /// ```
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.token.subject
    }

    /// `iss`: the identifier of the provider, a URL.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn key(user: &Principal) -> (String, String) {
    ///     (user.issuer().to_owned(), user.subject().to_owned())
    /// }
    /// ```
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.token.issuer
    }

    /// The name of the issuer in rules (`issuer = ".."`): `own` for the client's own provider, or the
    /// one given to [`OidcBuilder::trust`](crate::OidcBuilder::trust).
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn is_partner(user: &Principal) -> bool {
    ///     user.issuer_name() == "partner"
    /// }
    /// ```
    #[must_use]
    pub fn issuer_name(&self) -> &str {
        &self.token.trust.name
    }

    /// Issuer and subject: what to use as the key of a user where several issuers are trusted.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn is_owner(user: &Principal, owner: &oidc::Identity) -> bool {
    ///     user.identity() == *owner
    /// }
    /// ```
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            issuer: self.issuer().to_owned(),
            subject: self.subject().to_owned(),
        }
    }

    /// `aud`: the recipients that the token is intended for (RFC 7519 §4.1.3).
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn may_be_forwarded_to_billing(user: &Principal) -> bool {
    ///     user.audiences().any(|audience| audience == "billing")
    /// }
    /// ```
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        strings(self.claims().get("aud"))
    }

    /// `azp`, or else `client_id`, `cid` or `appid`: the application that the token was issued to.
    /// `None` if the token has none of them.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn log(user: &Principal) {
    ///     println!("{} via {}", user.subject(), user.client_id().unwrap_or("unknown"));
    /// }
    /// ```
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        text_claim(self.claims(), &["azp", "client_id", "cid", "appid"])
    }

    /// Whether the token stands for an application rather than a user, as one from a client credentials
    /// grant does (RFC 6749 §4.4): the subject is the application's client id (RFC 9068 §2.2). The
    /// answer about an opaque token may have no `sub` then; [`subject`](Self::subject) is `client_id`.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn greet(caller: &Principal) -> String {
    ///     let kind = if caller.is_application() { "service" } else { "user" };
    ///     format!("Hello, {kind} {}", caller.subject())
    /// }
    /// ```
    #[must_use]
    pub fn is_application(&self) -> bool {
        match self.token.source {
            Source::Introspected {
                is_application: true,
                ..
            } => true,
            _ => self.client_id() == Some(self.subject()),
        }
    }

    /// `exp`: when the token expires, to the second. It is accepted for 30 seconds longer, in case
    /// clocks differ. For a session: when it ends in any case, without such a tolerance; it may end
    /// earlier, if it is not used or the user signs out. For an opaque token: `exp` of the issuer's answer,
    /// without such a tolerance; if there is none, when the issuer is
    /// [asked again](crate::OidcBuilder::introspection_cache).
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use oidc::Principal;
    ///
    /// fn time_left(user: &Principal) -> Duration {
    ///     user.expires_at().duration_since(SystemTime::now()).unwrap_or_default()
    /// }
    /// ```
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        time_of(self.token.expires_at)
    }

    /// `iat`: when the token was issued, to the second; `None` if the token does not have it.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.token.issued_at.map(time_of)
    }

    /// `auth_time`: when the user last authenticated, to the second; `None` if the token does not
    /// have it (OpenID Connect Core §2). To require a recent sign-in, use the rule `max_age`.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use oidc::Principal;
    ///
    /// fn signed_in_today(user: &Principal) -> bool {
    ///     let day = Duration::from_secs(24 * 60 * 60);
    ///     let elapsed = user.auth_time().and_then(|time| SystemTime::now().duration_since(time).ok());
    ///     elapsed.is_some_and(|elapsed| elapsed < day)
    /// }
    /// ```
    #[must_use]
    pub fn auth_time(&self) -> Option<SystemTime> {
        self.token.authenticated_at.map(time_of)
    }

    pub(crate) fn auth_time_seconds(&self) -> Option<UnixSeconds> {
        self.token.authenticated_at
    }

    /// `acr`: the authentication context class, that is how the user authenticated; `None` if the
    /// token does not have it (OpenID Connect Core §2). To require one, use the rule `acr`.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn used_second_factor(user: &Principal) -> bool {
    ///     user.acr() == Some("urn:example:mfa")
    /// }
    /// ```
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.token.acr.as_deref()
    }

    /// The granted scopes, from `scope` or else `scp` (RFC 9068 §2.2.3), or from where
    /// [`Issuer::scopes_from`](crate::Issuer::scopes_from) of another issuer says. For a session whose access
    /// token a guard would not accept: those that the token response names, or else those that were
    /// requested.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn granted(user: &Principal) -> Vec<&str> {
    ///     user.scopes().collect()
    /// }
    /// ```
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.token
            .scopes
            .split(' ')
            .filter(|scope| !scope.is_empty())
    }

    /// Whether this scope was granted. Scopes are case-sensitive (RFC 6749 §3.3).
    ///
    /// For access decisions prefer the rule `scopes` of the attributes: its response names the
    /// missing scope.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn show_edit_button(user: &Principal) -> bool {
    ///     user.has_scope("orders:write")
    /// }
    /// ```
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// The roles, from the claims of [`OidcBuilder::roles_from`](crate::OidcBuilder::roles_from). By
    /// default these are `roles`, `groups`, and for Keycloak `realm_access.roles` and, of
    /// `resource_access`, the `roles` of this client and of the accepted audiences. A role that
    /// several claims contain occurs several times. Those of another issuer are mapped by
    /// [`Issuer::roles_from`](crate::Issuer::roles_from) and
    /// [`Issuer::roles_prefix`](crate::Issuer::roles_prefix).
    ///
    /// ```
    /// use std::collections::BTreeSet;
    /// use oidc::Principal;
    ///
    /// fn roles(user: &Principal) -> BTreeSet<&str> {
    ///     user.roles().collect()
    /// }
    /// ```
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let roles = &self.token.trust.roles;
        let plain = roles.prefix.is_empty();
        let prefixed = || {
            let roles = roles.of(self.claims());
            roles.map(|role| format!("{}{role}", self.token.trust.roles.prefix))
        };
        let prefixed = (!plain).then(|| {
            self.prefixed_roles
                .get_or_init(|| prefixed().collect::<Vec<_>>())
        });
        let plain = plain.then(|| roles.of(self.claims()));
        let prefixed = prefixed.into_iter().flatten().map(String::as_str);
        plain.into_iter().flatten().chain(prefixed)
    }

    /// Whether [`roles`](Self::roles) contains this role. Roles are case-sensitive.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn discount(user: &Principal) -> u8 {
    ///     if user.has_role("employee") { 20 } else { 0 }
    /// }
    /// ```
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles().any(|found| found == role)
    }

    /// `preferred_username`, or else `username`, `user_name` or `uid`; `None` if the token has none of
    /// them. It may change and need not be unique (OpenID Connect Core §5.7).
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn greeting(user: &Principal) -> String {
    ///     format!("Hello, {}", user.username().unwrap_or("there"))
    /// }
    /// ```
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        text_claim(self.claims(), &names::USERNAME)
    }

    /// `name`: the full name, for display; `None` if the token does not have it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        text_claim(self.claims(), &["name"])
    }

    /// `given_name`, or else `first_name`; `None` if the token has neither.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        text_claim(self.claims(), &names::GIVEN_NAME)
    }

    /// `family_name`, or else `last_name` or `surname`; `None` if the token has none of them.
    #[must_use]
    pub fn family_name(&self) -> Option<&str> {
        text_claim(self.claims(), &names::FAMILY_NAME)
    }

    /// `email`, or else `mail`; `None` if the token has neither. Check
    /// [`email_verified`](Self::email_verified) before relying on it.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        text_claim(self.claims(), &names::EMAIL)
    }

    /// `email_verified`: whether the provider has verified that the address in `email` belongs to
    /// the user. `false` for an address from `mail`, which the claim does not cover.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn address(user: &Principal) -> Option<&str> {
    ///     user.email().filter(|_| user.email_verified())
    /// }
    /// ```
    #[must_use]
    pub fn email_verified(&self) -> bool {
        let claims = self.claims();
        text_claim(claims, &["email"]).is_some()
            && claims.get("email_verified") == Some(&Value::Bool(true))
    }

    /// All claims, parsed on first use.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// fn tenant(user: &Principal) -> Option<&str> {
    ///     user.claims().get("tenant_id")?.as_str()
    /// }
    /// ```
    pub fn claims(&self) -> &Map<String, Value> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        self.readable_claims().unwrap_or(&NONE)
    }

    /// The same; `None` if they cannot be read, so that nothing is known about them.
    pub(crate) fn readable_claims(&self) -> Option<&Map<String, Value>> {
        let claims = || serde_json::from_slice(&self.payload()).ok().map(Arc::new);
        self.claims.get_or_init(claims).as_deref()
    }

    /// The claims, deserialized into a type of your own.
    ///
    /// ```
    /// use oidc::Principal;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Tenant {
    ///     tenant_id: String,
    /// }
    ///
    /// fn tenant(user: &Principal) -> serde_json::Result<String> {
    ///     let tenant: Tenant = user.deserialize()?;
    ///     Ok(tenant.tenant_id)
    /// }
    /// ```
    ///
    /// # Errors
    /// If the claims cannot be deserialized into `T`.
    pub fn deserialize<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.payload())
    }

    /// The claims as JSON.
    fn payload(&self) -> Cow<'_, [u8]> {
        let text = &self.token.text;
        match &self.token.source {
            Source::Session => Cow::Borrowed(text.as_bytes()),
            Source::Introspected { claims, .. } => Cow::Borrowed(claims.as_bytes()),
            Source::Signed(_) => {
                let payload = text.split('.').nth(1);
                let payload = payload.and_then(|part| decode(part).ok());
                payload.unwrap_or_default().into()
            }
        }
    }
}

impl fmt::Debug for Principal {
    /// Shows the subject only, no personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}
