//! The two drivers of a [`Decision`]: synchronous and asynchronous.

use super::decide::{Decision, Step};
use super::identify::identify_later;
use super::verdict::Verdict;
use crate::client::{Named, Oidc};
use crate::policy::{CheckResult, PolicySpec};
use crate::request::RequestParts;

impl Decision {
    /// Decides, or returns the state from which to continue if something has to be awaited.
    #[expect(clippy::inline_always, reason = "as `step`")]
    #[inline(always)]
    pub(super) fn now(
        mut self,
        client: &Oidc,
        route: Option<&'static PolicySpec>,
        request: &RequestParts<'_>,
    ) -> Result<Verdict, Self> {
        loop {
            match self.step(client, route, request) {
                Step::Done(verdict) => return Ok(verdict),
                Step::NeedsIdentity => return Err(Self::Credentials),
                Step::NeedsCheck(mut judgement, check) => {
                    let answer = match judgement.call(check, request) {
                        CheckResult::Ready(answer) => Some(answer),
                        CheckResult::Pending(_) => None,
                    };
                    let Some(answer) = answer else {
                        return Err(Self::User(judgement));
                    };
                    judgement.answer(answer);
                    self = Self::User(judgement);
                }
            }
        }
    }

    /// Decides, and awaits the provider and checks. The future is large and rarely needed, so
    /// callers box it.
    pub(super) async fn later(
        mut self,
        client: &Oidc,
        route: Option<&'static PolicySpec>,
        request: &RequestParts<'_>,
    ) -> Verdict {
        loop {
            self = match self.step(client, route, request) {
                Step::Done(verdict) => return verdict,
                Step::NeedsIdentity => {
                    let tenant = client.tenant_of(request).ok().flatten();
                    let named = Named { route, tenant };
                    Self::Caller(identify_later(client, named, request).await)
                }
                Step::NeedsCheck(mut judgement, check) => {
                    let answer = match judgement.call(check, request) {
                        CheckResult::Ready(answer) => answer,
                        CheckResult::Pending(answer) => answer.await,
                    };
                    judgement.answer(answer);
                    Self::User(judgement)
                }
            };
        }
    }
}
