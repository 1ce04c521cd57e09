//! The result of authentication, cached with the request for its other guards and extractors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::SetOnce;

use super::verdict::Verdict;
use crate::client::{Authentication, Oidc};
use crate::request::{Authorization, RequestParts};

/// A request, as an adapter presents it.
pub(crate) trait OutcomeStore {
    fn parts(&self) -> RequestParts<'_>;

    /// The outcome that [`cache`](Self::cache) stored for this client.
    fn cached(&self, client: &Oidc) -> Option<Arc<Outcome>>;

    /// Stores an outcome in [`Outcomes`], and replaces an older one of the same client.
    fn cache(&mut self, outcome: Arc<Outcome>);
}

/// The outcomes that are stored with a request: one for each client.
#[derive(Clone, Default)]
pub(crate) struct Outcomes(Vec<Arc<Outcome>>);

impl Outcomes {
    pub(crate) fn of(&self, client: &Oidc) -> Option<Arc<Outcome>> {
        let mut outcomes = self.0.iter();
        outcomes
            .find(|outcome| outcome.client.is_same_as(client))
            .cloned()
    }

    pub(crate) fn insert(&mut self, outcome: Arc<Outcome>) {
        self.0.retain(|old| !old.client.is_same_as(&outcome.client));
        self.0.push(outcome);
    }
}

/// The user of a request, if there is one.
#[derive(Clone)]
pub(super) struct Identity {
    /// According to the credentials, before any policy. Each guard evaluates all policies itself:
    /// their checks may read the request, which a middleware may have changed in between.
    pub(super) caller: Authentication,
    /// As extractors see it.
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

/// The identity of a request according to one client and for these credentials. It must not be used
/// for another client or other credentials.
pub(crate) struct Outcome {
    client: Oidc,
    credentials: Presented,
    /// Not set while authentication is in progress; `None` if that was abandoned.
    identity: SetOnce<Option<Identity>>,
    /// Whether it has been logged.
    reported: AtomicBool,
}

impl Outcome {
    pub(super) fn new(client: &Oidc, request: &RequestParts<'_>) -> Self {
        Self {
            client: client.clone(),
            credentials: Presented::of(client, request),
            identity: SetOnce::new(),
            reported: AtomicBool::new(false),
        }
    }

    /// Whether it is for the credentials of this request and was not abandoned.
    pub(super) fn is_about(&self, request: &RequestParts<'_>) -> bool {
        self.credentials.is(&self.client, request) && !matches!(self.identity.get(), Some(None))
    }

    /// The identity, if it is already known.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.get()?.as_ref()
    }

    /// Waits for the identity; `None` if authentication was abandoned.
    pub(super) async fn wait(&self) -> Option<&Identity> {
        self.identity.wait().await.as_ref()
    }

    pub(super) fn settle(&self, identity: Identity) {
        // Only a promise settles an outcome after its creation, and each outcome has one promise.
        let _ = self.identity.set(Some(identity));
    }

    /// Marks it as logged; returns whether it was not before.
    pub(super) fn note_report(&self) -> bool {
        !self.reported.swap(true, Ordering::Relaxed)
    }
}

/// The promise to settle the outcome that is stored with a request.
///
/// Extractors that find the unsettled outcome wait for it: actix-web polls them concurrently with
/// the guard. If the promise is dropped, they authenticate the request themselves.
pub(super) struct Promise(Arc<Outcome>);

impl Promise {
    pub(super) fn leave_with(request: &mut impl OutcomeStore, client: &Oidc) -> Self {
        let outcome = Arc::new(Outcome::new(client, &request.parts()));
        request.cache(Arc::clone(&outcome));
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

/// The credentials of a request, to detect that a middleware replaces them.
#[derive(PartialEq)]
enum Presented {
    None,
    One(Box<[u8]>),
    Several,
    /// The value of a session cookie.
    #[cfg(feature = "sessions")]
    Cookie(Box<[u8]>),
}

impl Presented {
    fn of(client: &Oidc, request: &RequestParts<'_>) -> Self {
        match request.authorization() {
            Authorization::None => cookie(client, request).map_or(Self::None, Self::of_cookie),
            Authorization::One(field) => Self::One(field.into()),
            Authorization::Several => Self::Several,
        }
    }

    #[cfg(feature = "sessions")]
    fn of_cookie(value: &[u8]) -> Self {
        Self::Cookie(value.into())
    }

    #[cfg(not(feature = "sessions"))]
    fn of_cookie(_: &[u8]) -> Self {
        Self::None
    }

    fn is(&self, client: &Oidc, request: &RequestParts<'_>) -> bool {
        match (self, request.authorization()) {
            (Self::One(one), Authorization::One(other)) => **one == *other,
            (Self::Several, Authorization::Several) => true,
            (Self::None, Authorization::None) => cookie(client, request).is_none(),
            #[cfg(feature = "sessions")]
            (Self::Cookie(value), Authorization::None) => {
                cookie(client, request).is_some_and(|other| **value == *other)
            }
            _ => false,
        }
    }
}

/// The session cookie of the request, for a client with sessions.
#[cfg(feature = "sessions")]
fn cookie<'r>(client: &Oidc, request: &RequestParts<'r>) -> Option<&'r [u8]> {
    client.session_manager()?.presented(request)
}

#[cfg(not(feature = "sessions"))]
fn cookie<'r>(_: &Oidc, _: &RequestParts<'r>) -> Option<&'r [u8]> {
    None
}
