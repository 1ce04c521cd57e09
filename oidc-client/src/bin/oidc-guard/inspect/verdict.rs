//! The server's verdict about a token, by the server's own code.

use std::time::UNIX_EPOCH;

use oidc_runtime::{Oidc, Principal};
use serde::Serialize;

/// What the server says.
#[derive(Debug)]
pub(super) enum Verdict {
    Valid(User),
    /// Valid, but let in only where a rule names its issuer. Has the code of the rejection, as those that
    /// follow.
    Partner(&'static str),
    Invalid(&'static str),
    Undecided(&'static str),
}

/// Who the token stands for.
#[derive(Debug, Serialize)]
pub(super) struct User {
    pub(super) subject: String,
    pub(super) issuer: String,
    /// Its name in rules.
    pub(super) issuer_name: String,
    /// The application that obtained the token.
    pub(super) client_id: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) roles: Vec<String>,
    /// In seconds since 1970.
    pub(super) expires: u64,
}

impl Verdict {
    pub(super) async fn of(oidc: &Oidc, token: &str) -> Self {
        match oidc.verify_access_token(token).await {
            Ok(principal) => Self::Valid(User::of(&principal)),
            Err(rejection) => match (rejection.status(), rejection.code()) {
                (403, code @ "issuer_denied") => Self::Partner(code),
                (500.., code) => Self::Undecided(code),
                (_, code) => Self::Invalid(code),
            },
        }
    }

    /// The code of the rejection.
    pub(super) fn code(&self) -> Option<&'static str> {
        match self {
            Self::Valid(_) => None,
            Self::Partner(code) | Self::Invalid(code) | Self::Undecided(code) => Some(code),
        }
    }

    /// `None` if it is not known.
    pub(super) fn is_valid(&self) -> Option<bool> {
        match self {
            Self::Valid(_) | Self::Partner(_) => Some(true),
            Self::Invalid(_) => Some(false),
            Self::Undecided(_) => None,
        }
    }
}

impl User {
    fn of(principal: &Principal) -> Self {
        let expires = principal.expires_at().duration_since(UNIX_EPOCH);
        Self {
            subject: principal.subject().to_owned(),
            issuer: principal.issuer().to_owned(),
            issuer_name: principal.issuer_name().to_owned(),
            client_id: principal.client_id().map(str::to_owned),
            scopes: principal.scopes().map(str::to_owned).collect(),
            roles: principal.roles().map(str::to_owned).collect(),
            expires: expires.unwrap_or_default().as_secs(),
        }
    }
}
