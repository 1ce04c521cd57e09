//! What a user granted.

use crate::random;

/// What a user permitted a client to do; every token stems from one.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) sub: String,
    pub(crate) scopes: Vec<String>,
    /// `aud` of its access tokens.
    pub(crate) audience: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: u64,
    pub(crate) acr: String,
    /// The browser's session with the provider, if there was a browser.
    pub(crate) sid: Option<String>,
    pub(crate) offline: Offline,
}

/// Whether a grant brings refresh tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offline {
    No,
    /// While the session goes on that it came of.
    WithSession,
    /// Also when no session goes on.
    Beyond,
}

impl Grant {
    /// A sign-in that happened now, without any request that led to it.
    pub(crate) fn immediate(
        client_id: &str,
        sub: &str,
        scopes: &[&str],
        audience: Vec<String>,
        now: u64,
        acr: String,
    ) -> Self {
        Self {
            id: random::token(),
            client_id: client_id.to_owned(),
            sub: sub.to_owned(),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            audience,
            nonce: None,
            auth_time: now,
            acr,
            sid: None,
            offline: Offline::No,
        }
    }

    /// The part of it that one access token is for.
    pub(crate) fn narrowed(&self, scopes: Vec<String>, audience: Vec<String>) -> Self {
        Self {
            scopes,
            audience,
            ..self.clone()
        }
    }

    pub(crate) fn is_for_client_itself(&self) -> bool {
        self.audience == [self.client_id.as_str()]
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}
