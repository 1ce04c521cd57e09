//! Builds the `WWW-Authenticate` header field.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::refusal::Refusal;

/// What all challenges of a client have in common.
#[derive(Clone, Debug)]
pub(crate) struct Challenges {
    realm: String,
    /// The address of the metadata of the resource (RFC 9728 §5.1).
    resource_metadata: Option<String>,
    /// Put in front of each scope.
    scope_prefix: String,
}

impl Challenges {
    pub(crate) fn new(
        realm: &str,
        resource_metadata: Option<String>,
        scope_prefix: String,
    ) -> Self {
        Self {
            realm: realm.to_owned(),
            resource_metadata,
            scope_prefix,
        }
    }

    pub(crate) fn realm(&self) -> &str {
        &self.realm
    }

    /// Whether a request without a valid token is told the scopes of the route.
    pub(crate) fn name_scopes(&self) -> bool {
        self.resource_metadata.is_some()
    }

    /// The challenge of a refusal, with the scopes to ask for and further parameters (RFC 6750 §3).
    pub(super) fn challenge(&self, refusal: &Refusal, parameters: &[(&str, &str)]) -> String {
        let mut challenge = Challenge::new(&self.realm);
        if let Some(error) = &refusal.error {
            challenge.text("error", error);
            challenge.text("error_description", &refusal.description);
        }
        let scopes = self.prefixed(&refusal.scopes);
        if !scopes.is_empty() {
            challenge.parameter("scope", &scopes);
        }
        for (name, value) in parameters {
            challenge.parameter(name, value);
        }
        if let Some(url) = &self.resource_metadata {
            challenge.parameter("resource_metadata", url);
        }
        challenge.0
    }

    /// Each of the scopes once, as clients ask for them.
    fn prefixed(&self, scopes: &[Cow<'_, str>]) -> String {
        let mut named: Vec<&str> = Vec::new();
        for scope in scopes {
            // Whether a client wants refresh tokens is its own affair.
            if scope != "offline_access" && !named.contains(&&**scope) {
                named.push(scope);
            }
        }
        let named = named.iter().map(|scope| self.prefix(scope));
        named.collect::<Vec<_>>().join(" ")
    }

    /// The scope as clients ask for it.
    pub(crate) fn prefix<'s>(&self, scope: &'s str) -> Cow<'s, str> {
        if self.scope_prefix.is_empty() {
            Cow::Borrowed(scope)
        } else {
            Cow::Owned(format!("{}{scope}", self.scope_prefix))
        }
    }
}

/// A `WWW-Authenticate` value under construction (RFC 6750 §3).
struct Challenge(String);

impl Challenge {
    fn new(realm: &str) -> Self {
        let mut challenge = Self("Bearer ".into());
        challenge.quoted("realm", &plain(realm));
        challenge
    }

    /// A text for people. Clients look for parameters with regular expressions, so there is none in it.
    fn text(&mut self, name: &str, value: &str) {
        self.parameter(name, &plain(value));
    }

    fn parameter(&mut self, name: &str, value: &str) {
        self.0.push_str(", ");
        self.quoted(name, value);
    }

    /// A quoted-string (RFC 9110 §5.6.4). Characters that it cannot contain are dropped.
    fn quoted(&mut self, name: &str, value: &str) {
        // Writing to a string does not fail.
        let _ = write!(self.0, "{name}=\"");
        for character in value.chars().filter(|c| matches!(c, ' '..='~')) {
            if matches!(character, '"' | '\\') {
                self.0.push('\\');
            }
            self.0.push(character);
        }
        self.0.push('"');
    }
}

/// Without the characters that begin or end the value of a parameter.
fn plain(text: &str) -> Cow<'_, str> {
    const SPECIAL: [char; 3] = ['"', '\\', '='];
    if text.contains(SPECIAL) {
        Cow::Owned(text.replace(SPECIAL, ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(realm: &str, scopes: &[&'static str]) -> String {
        let url = "https://notes.example/.well-known/oauth-protected-resource/mcp";
        let challenges = Challenges::new(realm, Some(url.into()), "api://notes/".into());
        let mut refusal = Refusal::new(401, "test", Some("invalid_token".into()), "a \"b=c\\\"");
        refusal.scopes = scopes.iter().copied().map(Cow::Borrowed).collect();
        challenges.challenge(&refusal, &[])
    }

    #[test]
    fn nothing_in_a_text_looks_like_a_parameter() {
        assert_eq!(
            challenge("x\", scope=\"y", &["a", "b", "a"]),
            "Bearer realm=\"x, scopey\", error=\"invalid_token\", error_description=\"a bc\", \
             scope=\"api://notes/a api://notes/b\", resource_metadata=\
             \"https://notes.example/.well-known/oauth-protected-resource/mcp\""
        );
    }

    #[test]
    fn a_challenge_without_scopes_has_no_parameter_for_them() {
        for scopes in [&[][..], &["offline_access"]] {
            assert!(!challenge("notes", scopes).contains("scope="));
        }
    }
}
