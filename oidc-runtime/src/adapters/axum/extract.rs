//! The guard and the extractors.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use ::axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use ::axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::adapters::tower::HttpRequest;
use crate::answer::Rejection;
use crate::client::Oidc;
#[cfg(feature = "sessions")]
use crate::client::session::Session;
use crate::gate::Guard;
use crate::gate::{Admission, Attempt, GuardFuture, decided};
use crate::policy::{Policy, PolicySpec};
use crate::token::{BearerToken, Claims, Principal};

// As few bounds on `S` as possible: rustc proves each of them for each route, several times as long
// as `S` is not inferred.

/// The client in a state that is shared.
impl<T> FromRef<Arc<T>> for Oidc
where
    Self: FromRef<T>,
{
    fn from_ref(state: &Arc<T>) -> Self {
        Self::from_ref(&**state)
    }
}

impl<P, S> FromRequestParts<S> for Guard<P>
where
    P: Policy,
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let request = HttpRequest::of_router(parts, state);
        GuardFuture::new(admission(
            Oidc::from_ref(state),
            const { &P::SPEC },
            request,
        ))
    }
}

fn admission(
    oidc: Oidc,
    spec: &'static PolicySpec,
    mut request: HttpRequest<'_, '_>,
) -> Admission<Pin<Box<impl Future<Output = Result<(), Rejection>> + Send>>> {
    match oidc.admit_now(spec, &mut request) {
        Attempt::Decided(admission) => decided(admission),
        Attempt::Pending(pending) => Admission::Right(Box::pin(async move {
            oidc.admit_later(pending, &request).await
        })),
    }
}

impl<S> FromRequestParts<S> for Principal
where
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move { oidc.user(&mut request, None).await }
    }
}

/// `None` for a request without a valid token, as on actix-web.
impl<S> OptionalFromRequestParts<S> for Principal
where
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Infallible;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self>, Infallible>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move {
            Ok(oidc
                .caller(&mut request)
                .await
                .unwrap_or_default()
                .map(Self::new))
        }
    }
}

impl<S> FromRequestParts<S> for BearerToken
where
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move { oidc.bearer_token(&mut request).await }
    }
}

/// `None` for a request without a valid token, as in actix-web.
impl<S> OptionalFromRequestParts<S> for BearerToken
where
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Infallible;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self>, Infallible>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move { Ok(oidc.bearer_token_if_any(&mut request).await) }
    }
}

impl<T, S> FromRequestParts<S> for Claims<T>
where
    T: DeserializeOwned,
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move { oidc.claims(&mut request).await }
    }
}

/// `None` also for claims that do not fit `T`, as in actix-web.
impl<T, S> OptionalFromRequestParts<S> for Claims<T>
where
    T: DeserializeOwned,
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Infallible;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self>, Infallible>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move { Ok(oidc.claims_if_any(&mut request).await) }
    }
}

#[cfg(feature = "sessions")]
impl<S> FromRequestParts<S> for Session
where
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move { oidc.session(&mut request).await }
    }
}

/// `None` for a request without a session.
#[cfg(feature = "sessions")]
impl<S> OptionalFromRequestParts<S> for Session
where
    Oidc: FromRef<S>,
    S: Sync + 'static,
{
    type Rejection = Infallible;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self>, Infallible>> + Send {
        let oidc = Oidc::from_ref(state);
        let mut request = HttpRequest::of_router(parts, state);
        async move { Ok(oidc.session_if_any(&mut request).await) }
    }
}
