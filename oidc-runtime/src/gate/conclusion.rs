//! What happens to a request, from the verdict and the access mode of its route.

use super::decide::{Denied, Verdict};
use super::outcome::Identity;
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
    /// `missing` is the rejection of a request without credentials.
    pub(super) fn of(access: AccessMode, verdict: &Verdict, missing: &Rejection) -> Self {
        let Verdict { caller, denial } = verdict;
        if let (AccessMode::Optional { .. }, Err(rejection)) = (access, caller)
            && rejection.refusal().is_unconditional
        {
            return Self::Reject(rejection.clone());
        }
        match (access, caller, denial) {
            (AccessMode::Public { .. }, _, _) | (_, Ok(Some(_)), None) => Self::Admit,
            (AccessMode::Required, Ok(None), _) => Self::Reject(missing.clone()),
            (AccessMode::Optional { .. }, Ok(None), _) => Self::AdmitAnonymous(None),
            (AccessMode::Optional { .. }, Ok(Some(_)), Some(Denied::ByRoute(rejection)))
            | (
                AccessMode::Optional {
                    invalid: OnInvalidToken::Ignore,
                },
                _,
                Some(Denied::ByClient(rejection)),
            )
            | (
                AccessMode::Optional {
                    invalid: OnInvalidToken::Ignore,
                },
                Err(rejection),
                _,
            ) => Self::AdmitAnonymous(Some(rejection.clone())),
            (_, _, Some(Denied::ByClient(rejection) | Denied::ByRoute(rejection)))
            | (_, Err(rejection), None) => Self::Reject(rejection.clone()),
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
