//! The endpoints of the library as a router.

use ::axum::extract::FromRef;

use super::fallbacks::Fallbacks;
use super::guards::Guards;
use super::into_router::IntoRouter;
use super::into_router::sealed::Sealed;
use super::router::Router;
use crate::client::Oidc;
use crate::metadata::Metadata;
use crate::routes::Routes;

macro_rules! endpoints {
    ($ty:ty) => {
        impl<S> From<$ty> for Router<S>
        where
            S: Clone + Send + Sync + 'static,
            Oidc: FromRef<S>,
        {
            fn from(endpoints: $ty) -> Self {
                Self {
                    inner: endpoints.into(),
                    registry: endpoints.into(),
                    fallbacks: Fallbacks::new(),
                    guards: Guards::default(),
                }
            }
        }

        impl Sealed for $ty {}

        impl<S> IntoRouter<Router<S>> for $ty
        where
            S: Clone + Send + Sync + 'static,
            Oidc: FromRef<S>,
        {
        }
    };
}

endpoints!(Routes);
endpoints!(Metadata);
