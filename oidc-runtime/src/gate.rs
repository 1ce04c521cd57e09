//! Decides about a request: who calls, and whether he may. The adapters only translate.

use std::sync::Arc;
use std::task::Poll;

use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use crate::credentials::Credentials;
use crate::oidc::{Caller, Oidc};
use crate::policy::{
    Access, Answer, Facts, Invalid, PolicySpec, Rule, checks, explain, holds, is_timeless,
};
use crate::rejection::Rejection;
use crate::request::RequestParts;
use crate::telemetry;
use crate::token::{Claims, IdToken, VerifiedToken};

/// The outcome for one request, shared by its extractors: the first one works, the others wait.
#[derive(Clone, Default)]
pub(crate) struct SharedOutcome(Arc<OnceCell<Caller>>);

impl SharedOutcome {
    fn known(outcome: Caller) -> Self {
        Self(Arc::new(OnceCell::new_with(Some(outcome))))
    }
}

/// What a guard that has to wait leaves with its request: an outcome that is not there yet.
///
/// actix-web makes and polls all extractors of a handler side by side. Those that come after the
/// guard find this, and wait for what it concludes.
pub(crate) struct Undecided {
    before: SharedOutcome,
    concluded: SharedOutcome,
}

impl Undecided {
    fn leave_with(request: &mut impl Request) -> Self {
        let before = request.kept().unwrap_or_default();
        let concluded = SharedOutcome::default();
        request.keep(concluded.clone());
        Self { before, concluded }
    }
}

/// A request, as an adapter shows it.
pub(crate) trait Request {
    fn parts(&self) -> RequestParts<'_>;

    /// What [`keep`](Self::keep) was given for this request.
    fn kept(&self) -> Option<SharedOutcome>;

    /// Keeps the outcome for the other extractors of the request.
    fn keep(&mut self, outcome: SharedOutcome);
}

impl Oidc {
    /// Decides without waiting, if everything is known.
    pub(crate) fn admit_now(
        &self,
        spec: &'static PolicySpec,
        request: &mut impl Request,
    ) -> Result<Result<(), Rejection>, Undecided> {
        if let Access::Public { .. } = spec.access {
            return Ok(Ok(()));
        }
        let Poll::Ready(outcome) = self.caller_now(request) else {
            return Err(Undecided::leave_with(request));
        };
        let obeys = match &outcome {
            Ok(Some(token)) => match self.obeys_now(spec, token, &request.parts()) {
                Poll::Ready(obeys) => obeys,
                Poll::Pending => return Err(Undecided::leave_with(request)),
            },
            _ => Ok(()),
        };
        let conclusion = self.conclude(spec.access, &outcome, obeys);
        conclusion.report(&request.parts());
        if let Conclusion::AdmitAsNobody(_) = conclusion {
            request.keep(SharedOutcome::known(Ok(None)));
        }
        Ok(conclusion.admission())
    }

    /// Decides, at once where that is possible, so that the ordinary request pays for no large
    /// future.
    pub(crate) async fn admit(
        &self,
        spec: &'static PolicySpec,
        request: &mut impl Request,
    ) -> Result<(), Rejection> {
        match self.admit_now(spec, request) {
            Ok(admission) => admission,
            Err(undecided) => Box::pin(self.admit_later(spec, request, undecided)).await,
        }
    }

    /// Decides, waiting for the provider and for checks where [`admit_now`](Self::admit_now)
    /// could not. Rare and large, so callers box it.
    pub(crate) async fn admit_later(
        &self,
        spec: &'static PolicySpec,
        request: &impl Request,
        Undecided { before, concluded }: Undecided,
    ) -> Result<(), Rejection> {
        let parts = request.parts();
        let mut admission = Ok(());
        let conclude = async {
            let outcome = before.0.get_or_init(|| self.identify(&parts)).await.clone();
            let obeys = match &outcome {
                Ok(Some(token)) => self.obeys(spec, token, &parts).await,
                _ => Ok(()),
            };
            let conclusion = self.conclude(spec.access, &outcome, obeys);
            conclusion.report(&parts);
            let seen = match conclusion {
                Conclusion::AdmitAsNobody(_) => Ok(None),
                _ => outcome,
            };
            admission = conclusion.admission();
            seen
        };
        concluded.0.get_or_init(|| conclude).await;
        admission
    }

    /// Who calls, for the extractors.
    pub(crate) async fn caller(&self, request: &mut impl Request) -> Caller {
        if let Poll::Ready(caller) = self.caller_now(request) {
            return caller;
        }
        let shared = request.kept().unwrap_or_default();
        request.keep(shared.clone());
        let parts = request.parts();
        shared
            .0
            .get_or_init(|| Box::pin(self.identify(&parts)))
            .await
            .clone()
    }

    /// The user, for extractors that demand one.
    pub(crate) async fn user(&self, request: &mut impl Request) -> Result<IdToken, Rejection> {
        // Whoever kept the outcome has reported it, or admitted the request without a user.
        let reported = request.kept().is_some();
        let caller = self.caller(request).await;
        let token = caller.and_then(|token| token.ok_or_else(|| self.missing().clone()));
        token.map(IdToken::new).inspect_err(|rejection| {
            if !reported {
                report(rejection, &request.parts());
            }
        })
    }

    /// The user's claims in the application's type.
    pub(crate) async fn claims<T: DeserializeOwned>(
        &self,
        request: &mut impl Request,
    ) -> Result<Claims<T>, Rejection> {
        let user = self.user(request).await?;
        user.deserialize().map(Claims).map_err(|_| {
            let rejection = Rejection::forbidden(&self.config().realm, "claims_unfit");
            report(&rejection, &request.parts());
            rejection
        })
    }

    fn caller_now(&self, request: &mut impl Request) -> Poll<Caller> {
        if let Some(shared) = request.kept() {
            return shared.0.get().cloned().map_or(Poll::Pending, Poll::Ready);
        }
        let parts = request.parts();
        let credentials = Credentials::of(parts.authorization());
        let Poll::Ready(authenticated) = self.authenticate_now(credentials) else {
            return Poll::Pending;
        };
        let (caller, is_costly) = match authenticated {
            Ok(Some(token)) => match self.obeys_all_now(&token, &parts) {
                Poll::Ready(obeys) => (obeys.map(|()| Some(token)), !self.keeps_tokens()),
                Poll::Pending => return Poll::Pending,
            },
            Ok(None) => (Ok(None), false),
            Err(rejection) => (Err(rejection), true),
        };
        if is_costly {
            request.keep(SharedOutcome::known(caller.clone()));
        }
        Poll::Ready(caller)
    }

    async fn identify(&self, parts: &RequestParts<'_>) -> Caller {
        let credentials = Credentials::of(parts.authorization());
        let Some(token) = self.authenticate(credentials).await? else {
            return Ok(None);
        };
        for spec in &self.config().required_of_all {
            self.obeys(spec, &token, parts).await?;
        }
        Ok(Some(token))
    }

    /// What the configuration demands of every token.
    fn obeys_all_now(
        &self,
        token: &Arc<VerifiedToken>,
        parts: &RequestParts<'_>,
    ) -> Poll<Result<(), Rejection>> {
        for spec in &self.config().required_of_all {
            match self.obeys_now(spec, token, parts) {
                Poll::Ready(Ok(())) => {}
                decided_or_pending => return decided_or_pending,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn obeys_now(
        &self,
        spec: &'static PolicySpec,
        token: &Arc<VerifiedToken>,
        parts: &RequestParts<'_>,
    ) -> Poll<Result<(), Rejection>> {
        if token.is_known_to_satisfy(spec) {
            return Poll::Ready(Ok(()));
        }
        let user = IdToken::new(Arc::clone(token));
        let mut answers = Vec::new();
        loop {
            if let Some(decision) = self.decide(spec, &user, &answers) {
                return Poll::Ready(decision);
            }
            match ask_next(&spec.rule, &user, parts, answers.len()) {
                Some(Answer::Now(answer)) => answers.push(answer),
                _ => return Poll::Pending,
            }
        }
    }

    async fn obeys(
        &self,
        spec: &'static PolicySpec,
        token: &Arc<VerifiedToken>,
        parts: &RequestParts<'_>,
    ) -> Result<(), Rejection> {
        let user = IdToken::new(Arc::clone(token));
        let mut answers = Vec::new();
        loop {
            if let Some(decision) = self.decide(spec, &user, &answers) {
                return decision;
            }
            answers.push(match ask_next(&spec.rule, &user, parts, answers.len()) {
                Some(Answer::Now(answer)) => answer,
                Some(Answer::Later(answer)) => answer.await,
                None => false,
            });
        }
    }

    fn decide(
        &self,
        spec: &'static PolicySpec,
        user: &IdToken,
        answers: &[bool],
    ) -> Option<Result<(), Rejection>> {
        let facts = Facts {
            user,
            clock: &self.config().clock,
            answers,
        };
        if !holds(&spec.rule, &facts)? {
            let denial = explain(&spec.rule, &facts);
            return Some(Err(Rejection::denied(&self.config().realm, &denial)));
        }
        if is_timeless(&spec.rule) {
            user.verified().satisfies_always(spec);
        }
        Some(Ok(()))
    }

    /// Turns who calls and whether he may into what happens, by the route's access.
    fn conclude(
        &self,
        access: Access,
        outcome: &Caller,
        obeys: Result<(), Rejection>,
    ) -> Conclusion {
        match (access, outcome) {
            (Access::Public { .. }, _) => Conclusion::Admit,
            (Access::Required, Ok(None)) => Conclusion::Refuse(self.missing().clone()),
            (Access::Required, Ok(Some(_))) => {
                obeys.map_or_else(Conclusion::Refuse, Conclusion::admit)
            }
            (Access::Optional { .. }, Ok(None)) => Conclusion::AdmitAsNobody(None),
            (Access::Optional { .. }, Ok(Some(_))) => {
                obeys.map_or_else(Conclusion::admit_anyway, Conclusion::admit)
            }
            (
                Access::Optional {
                    invalid: Invalid::Ignore,
                },
                Err(rejection),
            ) => Conclusion::admit_anyway(rejection.clone()),
            (_, Err(rejection)) => Conclusion::Refuse(rejection.clone()),
        }
    }
}

/// What happens to a request.
enum Conclusion {
    Admit,
    /// It goes on, and its handler sees no user; says why, if there were credentials.
    AdmitAsNobody(Option<Rejection>),
    Refuse(Rejection),
}

impl Conclusion {
    fn admit((): ()) -> Self {
        Self::Admit
    }

    fn admit_anyway(rejection: Rejection) -> Self {
        Self::AdmitAsNobody(Some(rejection))
    }

    fn report(&self, request: &RequestParts<'_>) {
        if let Self::AdmitAsNobody(Some(rejection)) | Self::Refuse(rejection) = self {
            report(rejection, request);
        }
    }

    fn admission(self) -> Result<(), Rejection> {
        match self {
            Self::Admit | Self::AdmitAsNobody(_) => Ok(()),
            Self::Refuse(rejection) => Err(rejection),
        }
    }
}

fn ask_next<'a>(
    rule: &Rule,
    user: &'a IdToken,
    parts: &'a RequestParts<'a>,
    answered: usize,
) -> Option<Answer<'a>> {
    checks(rule)
        .get(answered)
        .map(|check| check.ask(user, parts))
}

/// One event per refusal, with a code that does not change and nothing that is secret.
fn report(rejection: &Rejection, request: &RequestParts<'_>) {
    telemetry::refused(rejection.code());
    let (code, method, path) = (rejection.code(), request.method(), request.path());
    let status = rejection.status();
    if status >= 500 {
        tracing::warn!(code, status, method, path, "refused a request");
    } else {
        tracing::debug!(code, status, method, path, "refused a request");
    }
}
