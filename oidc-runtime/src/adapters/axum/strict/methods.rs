//! `get`, `post` and the others: functions that start a route and methods that extend it.

use ::axum::handler::Handler;
use ::axum::routing::MethodFilter;

use super::guarded::Axum;
use super::method_router::MethodRouter;
use crate::access::Guarded;

macro_rules! methods {
    ($($name:ident: $METHOD:ident,)*) => {
        $(
            #[doc = concat!("Serves `", stringify!($METHOD), "` by a guarded handler.")]
            ///
            /// # Panics
            /// If a layer of the handler contains a guard.
            #[track_caller]
            pub fn $name<H, T, S>(handler: H) -> MethodRouter<S>
            where
                H: Handler<T, S>,
                T: Guarded<Axum> + 'static,
                S: Clone + Send + Sync + 'static,
            {
                on(MethodFilter::$METHOD, handler)
            }
        )*

        impl<S> MethodRouter<S>
        where
            S: Clone + Send + Sync + 'static,
        {
            $(
                #[doc = concat!("Also serves `", stringify!($METHOD), "`, by this handler.")]
                ///
                /// # Panics
                /// If the method has a handler already.
                #[track_caller]
                pub fn $name<H, T>(self, handler: H) -> Self
                where
                    H: Handler<T, S>,
                    T: Guarded<Axum> + 'static,
                {
                    self.on(MethodFilter::$METHOD, handler)
                }
            )*
        }
    };
}

methods! {
    get: GET,
    head: HEAD,
    post: POST,
    put: PUT,
    patch: PATCH,
    delete: DELETE,
    options: OPTIONS,
    trace: TRACE,
    connect: CONNECT,
}

/// Serves the methods of the filter by a guarded handler.
///
/// ```
/// use axum::routing::MethodFilter;
/// use oidc::axum::{MethodRouter, on};
///
/// #[oidc::required]
/// async fn list() {}
///
/// let route: MethodRouter<oidc::Oidc> = on(MethodFilter::GET.or(MethodFilter::POST), list);
/// ```
///
/// # Panics
/// If a layer of the handler contains a guard.
#[track_caller]
pub fn on<H, T, S>(filter: MethodFilter, handler: H) -> MethodRouter<S>
where
    H: Handler<T, S>,
    T: Guarded<Axum> + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().on(filter, handler)
}

/// Serves every method by a guarded handler.
///
/// ```
/// use oidc::axum::{MethodRouter, any};
///
/// #[oidc::public(reason = "echo for tests")]
/// async fn echo(body: String) -> String {
///     body
/// }
///
/// let route: MethodRouter<oidc::Oidc> = any(echo);
/// ```
///
/// # Panics
/// If a layer of the handler contains a guard.
#[track_caller]
pub fn any<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S>,
    T: Guarded<Axum> + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().fallback(handler)
}
