//! The bounds of scopes and resources with a middleware.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};

/// A factory of services that respond with a body of one type: what a middleware makes of the
/// services of a [`Scope`](super::Scope) or a [`Resource`](super::Resource). Use it to name the type
/// of a scope with a middleware.
///
/// ```
/// use actix_web::middleware::Logger;
/// use oidc::actix::{AppFactory, Scope, get, scope};
///
/// #[oidc::required]
/// async fn list() -> &'static str {
///     "the orders"
/// }
///
/// fn api() -> Scope<actix_web::Scope<impl AppFactory>> {
///     scope("/api").route("/orders", get().to(list)).wrap(Logger::default())
/// }
/// # let _ = actix_web::App::new().service(api());
/// ```
pub trait AppFactory:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<Self::Body>,
        Error = Error,
        InitError = (),
    >
{
    /// The body of the responses.
    type Body: MessageBody;
}

impl<T, B> AppFactory for T
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        >,
    B: MessageBody,
{
    type Body = B;
}
