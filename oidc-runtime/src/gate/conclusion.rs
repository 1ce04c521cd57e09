//! What happens to a request, from the verdict and the access mode of its route.

use super::outcome::Identity;
use super::verdict::{Denied, Verdict};
use crate::answer::Rejection;
use crate::policy::{AccessMode, OnInvalidToken};

/// What happens to a request.
pub(super) enum Conclusion {
    Admit,
    /// The handler sees no user. Carries the reason if the request has credentials.
    AdmitAnonymous(Option<Rejection>),
    Reject(Rejection),
}

impl Conclusion {
    /// `unauthenticated` is the rejection of a request without a user.
    pub(super) fn of(
        access: AccessMode,
        verdict: &Verdict,
        unauthenticated: Option<Rejection>,
    ) -> Self {
        if let AccessMode::Public { .. } = access {
            return Self::Admit;
        }
        let Some(rejection) = unauthenticated else {
            return Self::of_user(access, verdict.denial.as_ref());
        };
        let has_credentials = verdict.caller.is_err();
        match access {
            AccessMode::Optional { invalid } => {
                let is_rejected = has_credentials
                    && (invalid == OnInvalidToken::Reject || rejection.refusal().is_unconditional);
                if is_rejected {
                    Self::Reject(rejection)
                } else {
                    Self::AdmitAnonymous(has_credentials.then_some(rejection))
                }
            }
            AccessMode::Required | AccessMode::Public { .. } => Self::Reject(rejection),
        }
    }

    fn of_user(access: AccessMode, denial: Option<&Denied>) -> Self {
        let Some(denied) = denial else {
            return Self::Admit;
        };
        let rejection = denied.rejection().clone();
        let is_admitted = match (access, denied) {
            _ if rejection.refusal().is_unconditional => false,
            (AccessMode::Optional { .. }, Denied::ByRoute(_)) => true,
            (AccessMode::Optional { invalid }, Denied::ByClient(_)) => {
                invalid == OnInvalidToken::Ignore
            }
            (AccessMode::Required | AccessMode::Public { .. }, _) => false,
        };
        if is_admitted {
            Self::AdmitAnonymous(Some(rejection))
        } else {
            Self::Reject(rejection)
        }
    }

    /// The identity that guards and extractors behind this guard see.
    pub(super) fn identity(&self, verdict: Verdict) -> Identity {
        match self {
            Self::AdmitAnonymous(_) => Identity::from(Ok(None)),
            Self::Admit | Self::Reject(_) => verdict.into(),
        }
    }

    /// Why the request is rejected, or anonymous although it has credentials.
    pub(super) fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Admit => None,
            Self::AdmitAnonymous(rejection) => rejection.as_ref(),
            Self::Reject(rejection) => Some(rejection),
        }
    }

    pub(super) fn admission(self) -> Result<(), Rejection> {
        match self {
            Self::Admit | Self::AdmitAnonymous(_) => Ok(()),
            Self::Reject(rejection) => Err(rejection),
        }
    }
}
