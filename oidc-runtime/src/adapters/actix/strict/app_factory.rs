//! A shorthand for the bounds of scopes and resources.

use actix_web::Error;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};

/// A factory of services that respond with a body of one type.
#[expect(
    unnameable_types,
    reason = "shortens bounds; the types of actix-web that satisfy them can be named"
)]
pub trait AppFactory:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<Self::Body>,
        Error = Error,
        InitError = (),
    >
{
    type Body;
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
{
    type Body = B;
}
