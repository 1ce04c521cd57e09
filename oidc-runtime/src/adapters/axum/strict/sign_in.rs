//! The sign-in endpoints as a router.

use ::axum::extract::FromRef;

use super::fallbacks::Fallbacks;
use super::guards::Guards;
use super::into_router::IntoRouter;
use super::into_router::sealed::Sealed;
use super::router::Router;
use crate::client::Oidc;
use crate::routes::Routes;

impl<S> From<Routes> for Router<S>
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
    fn from(routes: Routes) -> Self {
        Self {
            inner: routes.into(),
            registry: routes.into(),
            fallbacks: Fallbacks::new(),
            guards: Guards::default(),
        }
    }
}

impl Sealed for Routes {}

impl<S> IntoRouter<Router<S>> for Routes
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
}
