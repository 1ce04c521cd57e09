//! What happens to a request, from what was decided about it and how its route treats credentials.

use super::decide::Verdict;
use crate::oidc::Caller;
use crate::policy::{Access, Invalid};
use crate::rejection::Rejection;

/// What happens to a request.
pub(super) enum Conclusion {
    Admit,
    /// It goes on, and its handler sees no user; says why, if there were credentials.
    AdmitAnonymous(Option<Rejection>),
    Reject(Rejection),
}

impl Conclusion {
    /// `missing` is the rejection of a request without credentials.
    #[inline]
    pub(super) fn of(access: Access, verdict: &Verdict, missing: &Rejection) -> Self {
        let Verdict { caller, denial } = verdict;
        match (access, caller, denial) {
            (Access::Public { .. }, _, _) | (_, Ok(Some(_)), None) => Self::Admit,
            (Access::Required, Ok(None), _) => Self::Reject(missing.clone()),
            (Access::Required, Ok(Some(_)), Some(denial)) => Self::Reject(denial.clone()),
            (Access::Optional { .. }, Ok(_), denial) => Self::AdmitAnonymous(denial.clone()),
            (
                Access::Optional {
                    invalid: Invalid::Ignore,
                },
                Err(rejection),
                _,
            ) => Self::AdmitAnonymous(Some(rejection.clone())),
            (_, Err(rejection), _) => Self::Reject(rejection.clone()),
        }
    }

    /// Whom the extractors behind the guard see.
    #[inline]
    pub(super) fn seen(&self, caller: Caller) -> Caller {
        match self {
            Self::AdmitAnonymous(_) => Ok(None),
            Self::Admit | Self::Reject(_) => caller,
        }
    }

    /// Why the request is rejected, or has no user although it has credentials.
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
