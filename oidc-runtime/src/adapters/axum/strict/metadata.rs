//! The metadata of protected resources as a router.

use ::axum::extract::FromRef;

use super::fallbacks::Fallbacks;
use super::guards::Guards;
use super::into_router::IntoRouter;
use super::into_router::sealed::Sealed;
use super::router::Router;
use crate::client::Oidc;
use crate::metadata::Metadata;

impl<S> From<Metadata> for Router<S>
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
    fn from(metadata: Metadata) -> Self {
        Self {
            inner: metadata.into(),
            registry: metadata.into(),
            fallbacks: Fallbacks::new(),
            guards: Guards::default(),
        }
    }
}

impl Sealed for Metadata {}

impl<S> IntoRouter<Router<S>> for Metadata
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
}
