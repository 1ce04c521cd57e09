//! The result of a decision.

use crate::answer::Rejection;
use crate::client::Authentication;

/// The result of a decision.
pub(super) struct Verdict {
    /// The user according to the credentials, before any policy.
    pub(super) caller: Authentication,
    /// Why a policy denies the user.
    pub(super) denial: Option<Denied>,
}

/// Whose policy denies a user.
pub(super) enum Denied {
    /// A global policy: the token counts as invalid for this application.
    ByClient(Rejection),
    ByRoute(Rejection),
}

impl Denied {
    pub(super) fn rejection(&self) -> &Rejection {
        match self {
            Self::ByClient(rejection) | Self::ByRoute(rejection) => rejection,
        }
    }
}

impl Verdict {
    /// Whether there is a user who satisfies all policies.
    pub(super) fn is_admission(&self) -> bool {
        matches!(self.caller, Ok(Some(_))) && self.denial.is_none()
    }

    /// Whether the user is let in only where a guard names their issuer. Those behind it have to be told.
    pub(super) fn needs_guard(&self) -> bool {
        matches!(&self.caller, Ok(Some(user)) if !user.is_let_in_everywhere())
    }

    /// The user that extractors see if there is no guard.
    pub(super) fn seen(&self) -> Authentication {
        match &self.denial {
            Some(Denied::ByClient(rejection)) => Err(rejection.clone()),
            Some(Denied::ByRoute(rejection)) if self.needs_guard() => Err(rejection.clone()),
            Some(Denied::ByRoute(_)) | None => self.caller.clone(),
        }
    }
}

impl From<Authentication> for Verdict {
    fn from(caller: Authentication) -> Self {
        Self {
            caller,
            denial: None,
        }
    }
}
