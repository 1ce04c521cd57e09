//! What is kept with a request, so that its guards and extractors need not judge the same
//! credentials again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::SetOnce;

use super::decide::Verdict;
use crate::client::{Authentication, Oidc};
use crate::request::{Authorization, RequestParts};

/// A request, as an adapter shows it.
pub(crate) trait OutcomeStore {
    fn parts(&self) -> RequestParts<'_>;

    /// The outcome that was [kept](Self::keep) for this client.
    fn kept(&self, client: &Oidc) -> Option<Arc<Outcome>>;

    /// Keeps an outcome in [`Outcomes`], in place of an older one of the same client.
    fn keep(&mut self, outcome: Arc<Outcome>);
}

/// What is kept with a request: one outcome for each client.
#[derive(Clone, Default)]
pub(crate) struct Outcomes(Vec<Arc<Outcome>>);

impl Outcomes {
    pub(crate) fn of(&self, client: &Oidc) -> Option<Arc<Outcome>> {
        let mut outcomes = self.0.iter();
        outcomes
            .find(|outcome| outcome.client.is_same_as(client))
            .cloned()
    }

    pub(crate) fn keep(&mut self, outcome: Arc<Outcome>) {
        self.0.retain(|old| !old.client.is_same_as(&outcome.client));
        self.0.push(outcome);
    }
}

/// Who is calling.
#[derive(Clone)]
pub(super) struct Identity {
    /// According to the credentials alone. Each guard judges it by all policies itself: their checks
    /// may look at the request, which a middleware may have changed since.
    pub(super) caller: Authentication,
    /// Whom the extractors see.
    pub(super) seen: Authentication,
}

impl From<Authentication> for Identity {
    fn from(caller: Authentication) -> Self {
        Self {
            seen: caller.clone(),
            caller,
        }
    }
}

impl From<Verdict> for Identity {
    fn from(verdict: Verdict) -> Self {
        Self {
            seen: verdict.seen(),
            caller: verdict.caller,
        }
    }
}

/// Who is calling, according to one client and for these credentials. Nothing else may rely on
/// it: to another client the same request is another caller, and so are other credentials.
pub(crate) struct Outcome {
    client: Oidc,
    credentials: Presented,
    /// Not set while it is being found out; `None` if that was given up.
    identity: SetOnce<Option<Identity>>,
    /// Whether there was an event for it.
    reported: AtomicBool,
}

impl Outcome {
    pub(super) fn new(client: &Oidc, request: &RequestParts<'_>) -> Self {
        Self {
            client: client.clone(),
            credentials: Presented::from(request.authorization()),
            identity: SetOnce::new(),
            reported: AtomicBool::new(false),
        }
    }

    /// Whether it is about the credentials of this request, and somebody found it out or still
    /// will.
    pub(super) fn is_about(&self, request: &RequestParts<'_>) -> bool {
        self.credentials.is(request.authorization()) && !matches!(self.identity.get(), Some(None))
    }

    /// Who is calling, if that is known already.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.get()?.as_ref()
    }

    /// Waits for that; `None` if whoever was finding it out gave up.
    pub(super) async fn wait(&self) -> Option<&Identity> {
        self.identity.wait().await.as_ref()
    }

    pub(super) fn settle(&self, identity: Identity) {
        // Only a promise settles an outcome later than it is made, and it is kept once.
        let _ = self.identity.set(Some(identity));
    }

    /// Notes that there was an event for it; whether this is the first one.
    pub(super) fn note_report(&self) -> bool {
        !self.reported.swap(true, Ordering::Relaxed)
    }
}

/// The promise to find out the outcome that was kept with a request.
///
/// Extractors that come to the outcome in the meantime wait for it: on actix-web they are polled
/// side by side with the guard. If the promise is dropped, they find out for themselves.
pub(super) struct Promise(Arc<Outcome>);

impl Promise {
    pub(super) fn leave_with(request: &mut impl OutcomeStore, client: &Oidc) -> Self {
        let outcome = Arc::new(Outcome::new(client, &request.parts()));
        request.keep(Arc::clone(&outcome));
        Self(outcome)
    }

    pub(super) fn outcome(&self) -> &Outcome {
        &self.0
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        let _ = self.0.identity.set(None);
    }
}

/// The credentials of a request, to notice when a middleware replaces them.
#[derive(PartialEq)]
enum Presented {
    None,
    One(Box<[u8]>),
    Several,
}

impl From<Authorization<'_>> for Presented {
    fn from(authorization: Authorization<'_>) -> Self {
        match authorization {
            Authorization::None => Self::None,
            Authorization::One(field) => Self::One(field.into()),
            Authorization::Several => Self::Several,
        }
    }
}

impl Presented {
    fn is(&self, authorization: Authorization<'_>) -> bool {
        match (self, authorization) {
            (Self::One(one), Authorization::One(other)) => **one == *other,
            (Self::None, Authorization::None) | (Self::Several, Authorization::Several) => true,
            _ => false,
        }
    }
}
