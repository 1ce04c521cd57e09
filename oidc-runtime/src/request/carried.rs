//! What the application has a framework carry along with a request.

#[cfg(feature = "axum")]
use std::any::Any;
use std::marker::PhantomData;

/// Where a framework keeps the application's state, and the extensions of a request. Each is found
/// by its type, so that the search has to know it.
#[derive(Clone, Copy)]
pub(crate) enum Carried<'r> {
    Nothing(PhantomData<&'r ()>),
    #[cfg(feature = "axum")]
    Http {
        extensions: &'r http::Extensions,
        state: Option<&'r (dyn Any + Sync)>,
    },
    #[cfg(feature = "actix-web")]
    Actix(&'r actix_web::HttpRequest),
}

impl<'r> Carried<'r> {
    pub(super) fn state<T: 'static>(self) -> Option<&'r T> {
        match self {
            Self::Nothing(_) => None,
            #[cfg(feature = "axum")]
            Self::Http { state, .. } => {
                let state: &dyn Any = state?;
                state.downcast_ref()
            }
            #[cfg(feature = "actix-web")]
            Self::Actix(request) => {
                let shared = || request.app_data::<actix_web::web::Data<T>>();
                let plain = request.app_data::<T>();
                plain.or_else(|| shared().map(actix_web::web::Data::get_ref))
            }
        }
    }

    pub(super) fn extension<T: Clone + Send + Sync + 'static>(self) -> Option<T> {
        match self {
            Self::Nothing(_) => None,
            #[cfg(feature = "axum")]
            Self::Http { extensions, .. } => extensions.get().cloned(),
            #[cfg(feature = "actix-web")]
            Self::Actix(request) => {
                use actix_web::HttpMessage as _;
                request.extensions().get().cloned()
            }
        }
    }
}
