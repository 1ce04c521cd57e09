//! From the settings to the credentials of the client.

use std::sync::Arc;

use super::auth::{ClientAuth, Kind};
use super::key::ClientKey;
use crate::client_auth::{AssertionSource, ClientCredentials, SecretMethod};
use crate::config::env::variables;
use crate::config::error::{Problems, Setting};
use crate::secret::Secret;

const METHOD: &str = "client_auth";
const SECRET: &str = "client_secret";
const KEY: &str = "client_auth.key";
const KEY_ID: &str = "client_auth.key_id";
const ASSERTION: &str = "client_auth.assertion";
const AUDIENCE: &str = "assertion_audience";

/// The settings, as the application or the environment made them.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct ClientAuthBuilder {
    /// How the secret is sent; `Some(Ok(None))` not at all.
    method: Setting<Option<SecretMethod>>,
    key: Option<ClientKey>,
    /// Of the environment, with or without a key.
    key_id: Option<String>,
    assertion: Option<AssertionSource>,
    pub(in crate::config) audience: Option<String>,
}

impl ClientAuthBuilder {
    /// The settings of the environment, by field.
    pub(in crate::config) fn of_variables(read: impl Fn(&'static str) -> Option<String>) -> Self {
        Self {
            method: read(METHOD).as_deref().map(method),
            key: read(KEY).map(ClientKey::file),
            key_id: read(KEY_ID),
            assertion: read(ASSERTION).map(|path| AssertionSource::File(path.into())),
            audience: None,
        }
    }

    /// Whether a way to authenticate was chosen.
    pub(in crate::config) fn is_set(&self) -> bool {
        self.method.is_some() || self.key.is_some() || self.assertion.is_some()
    }

    /// Replaces all but the audience.
    pub(in crate::config) fn set(&mut self, auth: ClientAuth) {
        let audience = self.audience.take();
        *self = Self {
            audience,
            ..Self::default()
        };
        match auth.0 {
            Kind::None => self.method = Some(Ok(None)),
            Kind::Secret(method) => self.method = Some(Ok(Some(method))),
            Kind::Key(key) => self.key = Some(key),
            Kind::Assertion(source) => self.assertion = Some(source),
        }
    }

    /// The only credentials that are set. A key or an assertion counts for more than a method of
    /// sending secrets.
    pub(in crate::config) fn check(
        mut self,
        secret: Option<Secret>,
        problems: &mut Problems,
    ) -> ClientCredentials {
        self.check_single(secret.is_some(), problems);
        let method = problems.take(METHOD, &mut self.method);
        let audience = self.checked_audience(problems);
        if let Some(key) = self.take_key(problems) {
            let pair = problems.check(KEY, key.load());
            return pair.map_or(ClientCredentials::None, |pair| ClientCredentials::Key {
                pair: Arc::new(pair),
                audience,
            });
        }
        match (self.assertion, secret, method) {
            (Some(source), _, _) => ClientCredentials::Assertion(source),
            (None, None, _) | (None, _, Some(None)) => ClientCredentials::None,
            (None, Some(secret), method) => ClientCredentials::Secret {
                secret,
                method: method.flatten(),
            },
        }
    }

    /// Which credentials would be used must not depend on the order of settings.
    fn check_single(&self, has_secret: bool, problems: &mut Problems) {
        let given = [
            (SECRET, has_secret),
            (KEY, self.key.is_some()),
            (ASSERTION, self.assertion.is_some()),
        ];
        let mut fields = given.into_iter().filter(|(_, is_set)| *is_set);
        let Some((first, _)) = fields.next() else {
            return;
        };
        let others: Vec<String> = fields.map(|(field, _)| named(field)).collect();
        if !others.is_empty() {
            let others = others.join(" and ");
            problems.add(first, format!("is set beside {others}; set only one"));
        }
    }

    fn take_key(&mut self, problems: &mut Problems) -> Option<ClientKey> {
        let id = self.key_id.take();
        match (self.key.take(), id) {
            (Some(key), Some(id)) => Some(key.id(id)),
            (None, Some(_)) => {
                problems.add(KEY_ID, format!("names no key; set {}", named(KEY)));
                None
            }
            (key, None) => key,
        }
    }

    fn checked_audience(&mut self, problems: &mut Problems) -> Option<String> {
        let audience = self.audience.take();
        if audience.as_deref() == Some("") {
            problems.add(AUDIENCE, "is empty");
        }
        audience
    }
}

/// A field with its variables, as errors name it.
fn named(field: &str) -> String {
    match variables(field) {
        [] => format!("`{field}`"),
        variables => format!("`{field}` ({})", variables.join(" or ")),
    }
}

fn method(name: &str) -> Result<Option<SecretMethod>, String> {
    match name {
        "basic" => Ok(Some(SecretMethod::Basic)),
        "post" => Ok(Some(SecretMethod::Post)),
        "none" => Ok(None),
        _ => Err("must be `basic`, `post` or `none`".to_owned()),
    }
}
