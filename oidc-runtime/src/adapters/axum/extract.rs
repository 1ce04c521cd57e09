//! The guard and the extractors.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use ::axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use ::axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::answer::Rejection;
use crate::client::Oidc;
use crate::gate::Guard;
use crate::gate::{Admission, Attempt, GuardFuture, decided};
use crate::policy::{Policy, PolicySpec};
use crate::token::{BearerToken, Claims, Principal};

type Later<'r, T> = Pin<Box<dyn Future<Output = Result<T, Rejection>> + Send + 'r>>;

// As few bounds on `S` as possible: rustc proves each of them for each route, several times as long
// as `S` is not inferred.

impl<P, S> FromRequestParts<S> for Guard<P>
where
    P: Policy,
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        GuardFuture::new(admission(Oidc::from_ref(state), const { &P::SPEC }, parts))
    }
}

fn admission<'r>(
    oidc: Oidc,
    spec: &'static PolicySpec,
    parts: &'r mut Parts,
) -> Admission<Later<'r, ()>> {
    match oidc.admit_now(spec, parts) {
        Attempt::Decided(admission) => decided(admission),
        Attempt::Pending(pending) => {
            Admission::Right(Box::pin(
                async move { oidc.admit_later(pending, parts).await },
            ))
        }
    }
}

impl<S> FromRequestParts<S> for Principal
where
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let oidc = Oidc::from_ref(state);
        async move { oidc.user(parts, None).await }
    }
}

/// `None` for a request without a valid token, as on actix-web.
impl<S> OptionalFromRequestParts<S> for Principal
where
    Oidc: FromRef<S>,
{
    type Rejection = Infallible;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self>, Infallible>> + Send {
        let oidc = Oidc::from_ref(state);
        async move { Ok(oidc.caller(parts).await.unwrap_or_default().map(Self::new)) }
    }
}

impl<S> FromRequestParts<S> for BearerToken
where
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let oidc = Oidc::from_ref(state);
        async move { oidc.user(parts, None).await.map(Self::new) }
    }
}

impl<T, S> FromRequestParts<S> for Claims<T>
where
    T: DeserializeOwned,
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let oidc = Oidc::from_ref(state);
        async move { oidc.claims(parts).await }
    }
}
