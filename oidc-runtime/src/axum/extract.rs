//! The guard and the extractors.

use std::convert::Infallible;

use ::axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use ::axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::guard::Guard;
use crate::oidc::Oidc;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::token::{BearerToken, Claims, IdToken};

impl<P, S> FromRequestParts<S> for Guard<P>
where
    P: Policy,
    S: Send + Sync,
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Oidc::from_ref(state)
            .admit(const { &P::SPEC }, parts)
            .await?;
        Ok(Self::admitted())
    }
}

impl<S> FromRequestParts<S> for IdToken
where
    S: Send + Sync,
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Oidc::from_ref(state).user(parts).await
    }
}

/// `None` for a request without a valid token, as in actix-web.
impl<S> OptionalFromRequestParts<S> for IdToken
where
    S: Send + Sync,
    Oidc: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Infallible> {
        Ok(Oidc::from_ref(state)
            .caller(parts)
            .await
            .unwrap_or_default())
    }
}

impl<S> FromRequestParts<S> for BearerToken
where
    S: Send + Sync,
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Oidc::from_ref(state).user(parts).await.map(Self::new)
    }
}

impl<T, S> FromRequestParts<S> for Claims<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Oidc: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Oidc::from_ref(state).claims(parts).await
    }
}
