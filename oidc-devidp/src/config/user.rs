//! A user.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::check::{check_acr_values, error_if};
use crate::error::Error;

/// A user who can sign in, by a click and without a password.
///
/// ```
/// use oidc_devidp::User;
///
/// let user = User::new("dora").claim("groups", "editors".into());
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct User {
    /// The name to sign in with, and the claim `preferred_username`.
    pub username: String,
    /// The claim `sub`. Default: the username.
    #[serde(default)]
    pub sub: Option<String>,
    /// The claim `name`.
    #[serde(default)]
    pub name: Option<String>,
    /// The claim `given_name`.
    #[serde(default)]
    pub given_name: Option<String>,
    /// The claim `family_name`.
    #[serde(default)]
    pub family_name: Option<String>,
    /// The claim `email`, which counts as verified unless `claims` says otherwise.
    #[serde(default)]
    pub email: Option<String>,
    /// The `acr` values that sign-ins of this user can reach, in place of those of
    /// [`Config::acr_values`](crate::Config::acr_values): for users without a second factor, say.
    /// Default: the same as everyone.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Any further claims, for example `groups` or `realm_access`.
    #[serde(default)]
    pub claims: Map<String, Value>,
}

impl User {
    /// A user of whom only the username is known.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            ..Self::default()
        }
    }

    /// Sets the claims `given_name`, `family_name` and `name`.
    ///
    /// ```
    /// let user = oidc_devidp::User::new("dora").named("Dora", "Doe");
    /// assert_eq!(user.name.as_deref(), Some("Dora Doe"));
    /// ```
    #[must_use]
    pub fn named(mut self, given_name: &str, family_name: &str) -> Self {
        self.given_name = Some(given_name.to_owned());
        self.family_name = Some(family_name.to_owned());
        self.name = Some(format!("{given_name} {family_name}"));
        self
    }

    /// Sets the claim `email`.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Sets the `acr` values that sign-ins of this user can reach.
    ///
    /// ```
    /// use oidc_devidp::User;
    ///
    /// let user = User::new("dora").acr_values(["silver", "gold"]);
    /// assert_eq!(user.acr_values, ["silver", "gold"]);
    /// ```
    #[must_use]
    pub fn acr_values<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.acr_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// Sets a further claim.
    ///
    /// ```
    /// use oidc_devidp::User;
    /// use serde_json::json;
    ///
    /// let user = User::new("dora").claim("realm_access", json!({ "roles": ["editor"] }));
    /// assert_eq!(user.claims["realm_access"]["roles"][0], "editor");
    /// ```
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: Value) -> Self {
        self.claims.insert(name.into(), value);
        self
    }

    pub(crate) fn examples() -> Vec<Self> {
        vec![
            Self::new("alice")
                .named("Alice", "Liddell")
                .email("alice@example.org")
                .claim("groups", json!(["admin"]))
                .claim(
                    "realm_access",
                    json!({ "roles": ["offline_access", "admin"] }),
                ),
            Self::new("bob")
                .named("Bob", "Baker")
                .email("bob@example.org"),
            Self::new("carol")
                .named("Mary Carol", "van der Doe")
                .email("carol@example.org")
                .claim("groups", json!(["editor"]))
                .claim("realm_access", json!({ "roles": ["editor"] })),
        ]
    }

    /// Whether a `login_hint` means this user.
    pub(crate) fn is_hinted(&self, hint: &str) -> bool {
        hint == self.username || hint == self.sub() || Some(hint) == self.email.as_deref()
    }

    pub(crate) fn sub(&self) -> &str {
        self.sub.as_deref().unwrap_or(&self.username)
    }

    /// What stands for a picture. It is that of the username, which the page shows first.
    pub(crate) fn initial(&self) -> String {
        let first = self.username.chars().take(1);
        first.flat_map(char::to_uppercase).collect()
    }

    /// Name and email address, as far as they are known.
    pub(crate) fn details(&self) -> String {
        let known = [self.name.as_deref(), self.email.as_deref()];
        let known: Vec<&str> = known.into_iter().flatten().collect();
        known.join(" · ")
    }

    /// All claims about the user.
    pub(crate) fn all_claims(&self) -> Map<String, Value> {
        let mut claims = self.profile();
        claims.extend(self.email_claims());
        claims.extend(self.claims.clone());
        claims
    }

    /// The claims that the scopes request (OpenID Connect Core §5.4). Claims that no standard scope
    /// governs, such as `groups`, are always included.
    pub(crate) fn claims_for(&self, scopes: &[String]) -> Map<String, Value> {
        let requested = |scope: &str| scopes.iter().any(|known| known == scope);
        let mut claims = Map::new();
        if requested("profile") {
            claims.extend(self.profile());
        }
        if requested("email") {
            claims.extend(self.email_claims());
        }
        let hidden = |name: &str| matches!(name, "email" | "email_verified") && !requested("email");
        let further = self.claims.iter().filter(|(name, _)| !hidden(name));
        claims.extend(further.map(|(name, value)| (name.clone(), value.clone())));
        claims
    }

    pub(super) fn validate(&self, field: &str) -> Result<(), Error> {
        error_if(self.username.is_empty(), || {
            format!("{field}.username is empty")
        })?;
        check_acr_values(&self.acr_values, &format!("{field}.acr_values"))?;
        // OpenID Connect Core §2: `sub` has at most 255 ASCII characters.
        let wrong = self.sub().is_empty() || self.sub().len() > 255 || !self.sub().is_ascii();
        error_if(wrong, || {
            format!("{field}.sub must have 1 to 255 ASCII characters")
        })
    }

    fn profile(&self) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("preferred_username".into(), json!(self.username));
        let named = [
            ("name", &self.name),
            ("given_name", &self.given_name),
            ("family_name", &self.family_name),
        ];
        for (claim, value) in named {
            claims.extend(value.as_ref().map(|value| (claim.to_owned(), json!(value))));
        }
        claims
    }

    fn email_claims(&self) -> Map<String, Value> {
        let Some(email) = &self.email else {
            return Map::new();
        };
        Map::from_iter([
            ("email".to_owned(), json!(email)),
            ("email_verified".to_owned(), json!(true)),
        ])
    }
}
