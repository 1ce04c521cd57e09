//! The decision about a request, as a state machine without I/O.
//!
//! Each step returns the verdict or what it needs next. Two drivers advance the machine: one stops
//! when something has to be awaited, the other awaits it (see [`drive`](super::drive)).

use super::identify::identify_now;
use super::judgement::{Judged, Judgement};
use super::verdict::Verdict;
use crate::answer::Rejection;
use crate::client::{Authentication, Named, Oidc, UnknownTenant};
use crate::policy::{Check, PolicySpec};
use crate::request::RequestParts;
use crate::token::{Known, Principal};

/// The state of a decision. The client's global policies are evaluated first, the policy of the
/// route last.
pub(super) enum Decision {
    /// The credentials have not been verified yet.
    Credentials,
    /// The client has already verified the credentials.
    Caller(Authentication),
    /// The policies are evaluated for a user.
    User(Box<Judgement>),
}

/// What comes next.
pub(super) enum Step {
    Done(Verdict),
    /// Keys have to be fetched to verify the credentials, or the store of the sessions has to be
    /// asked.
    NeedsIdentity,
    /// A policy needs the result of this check. Pass it to [`Judgement::answer`] and continue.
    NeedsCheck(Box<Judgement>, &'static dyn Check),
}

impl From<Judged> for Step {
    fn from(judged: Judged) -> Self {
        match judged {
            Judged::Done(verdict) => Self::Done(verdict),
            Judged::NeedsCheck(judgement, check) => Self::NeedsCheck(judgement, check),
        }
    }
}

impl Decision {
    /// Advances as far as possible without I/O. Without a policy of the route, it only identifies
    /// the user.
    // perf: the call costs 40 of the 1,000 instructions of a hit (bench `count hit`).
    #[expect(clippy::inline_always, reason = "rustc does not inline it otherwise")]
    #[inline(always)]
    pub(super) fn step(
        self,
        client: &Oidc,
        route: Option<&'static PolicySpec>,
        request: &RequestParts<'_>,
    ) -> Step {
        let required = &*client.config().global_policies;
        if let Self::User(judgement) = self {
            return judgement.go_on(client, route).into();
        }
        let tenant = match client.tenant_of(request) {
            Ok(tenant) => tenant,
            Err(UnknownTenant) => return Step::Done(Err(Rejection::tenant_unknown()).into()),
        };
        let caller = match self {
            Self::Caller(caller) => caller,
            _ => match identify_now(client, Named { route, tenant }, request) {
                Some(caller) => caller,
                None => return Step::NeedsIdentity,
            },
        };
        let token = match caller {
            Ok(Some(token)) => token,
            caller => return Step::Done(caller.into()),
        };
        if let Some(tenant) = tenant {
            let judged = Judgement::at_tenant(Principal::new(token), tenant, client, route);
            return judged.into();
        }
        let is_admitted_by = |policy: &'static PolicySpec| token.is_known(policy, Known::Admits);
        let is_admitted = required.iter().copied().all(is_admitted_by)
            && match route {
                Some(route) => is_admitted_by(route),
                None => !required.is_empty() || token.is_let_in_everywhere(),
            };
        if is_admitted {
            return Step::Done(Ok(Some(token)).into());
        }
        let judgement = Judgement::of(Principal::new(token));
        Box::new(judgement).go_on(client, route).into()
    }
}
