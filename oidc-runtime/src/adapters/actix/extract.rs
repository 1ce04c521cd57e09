//! The guard and the extractors.

use std::future::{Future, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::payload::withhold;
use super::request::ActixRequest;
use crate::answer::Rejection;
use crate::client::Oidc;
#[cfg(feature = "sessions")]
use crate::client::session::Session;
use crate::gate::Guard;
use crate::gate::{Admission, Attempt, GuardFuture, decided};
use crate::policy::{Policy, PolicySpec};
use crate::request::loggable;
use crate::telemetry;
use crate::token::{BearerToken, Claims, Principal};

/// What the extractors resolve to.
pub type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Rejection>>>>;

/// The application's client, from `app_data(oidc)` or `app_data(web::Data::new(oidc))`.
///
/// actix-web finds the innermost value of each form, but does not reveal which of the two forms is
/// further inside.
pub(super) fn client(request: &HttpRequest) -> Result<Oidc, Rejection> {
    let plain = request.app_data::<Oidc>();
    let shared = request.app_data::<web::Data<Oidc>>();
    match (plain, shared.map(web::Data::get_ref)) {
        (Some(plain), Some(shared)) if !plain.is_same_as(shared) => Err(misconfigured(
            request,
            "found one `Oidc` by `.app_data(oidc)` and another by `.app_data(web::Data::new(oidc))`: \
             use the same form everywhere, so that the one of the inner scope applies",
        )),
        (Some(oidc), _) | (None, Some(oidc)) => Ok(oidc.clone()),
        (None, None) => Err(misconfigured(
            request,
            "no `Oidc` in the application's data: add `.app_data(oidc.clone())` to the `App`",
        )),
    }
}

/// Marks a request that was reported already: a guard and several extractors may look for the
/// client.
struct Reported;

fn misconfigured(request: &HttpRequest, remedy: &'static str) -> Rejection {
    let rejection = Rejection::misconfigured();
    if request.extensions_mut().insert(Reported).is_none() {
        telemetry::refused(rejection.code());
        tracing::error!(
            code = rejection.code(),
            path = &*loggable(request.path()),
            "{remedy}"
        );
    }
    rejection
}

/// Runs `extract` with the client and the request.
fn extract<T, F>(
    request: &HttpRequest,
    extract: impl FnOnce(Oidc, HttpRequest) -> F,
) -> Extraction<T>
where
    T: 'static,
    F: Future<Output = Result<T, Rejection>> + 'static,
{
    match client(request) {
        Ok(oidc) => Box::pin(extract(oidc, request.clone())),
        Err(rejection) => Box::pin(ready(Err(rejection))),
    }
}

/// Decides synchronously if possible, because actix-web polls the extractors of a handler
/// concurrently and the guard has to be first.
impl<P: Policy> FromRequest for Guard<P> {
    type Error = Rejection;
    type Future = GuardFuture<P, Extraction<()>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        GuardFuture::new(admission(request, payload, const { &P::SPEC }))
    }
}

fn admission(
    request: &HttpRequest,
    payload: &mut Payload,
    spec: &'static PolicySpec,
) -> Admission<Extraction<()>> {
    let attempt =
        client(request).map(|oidc| (oidc.admit_now(spec, &mut ActixRequest::new(request)), oidc));
    match attempt {
        Ok((Attempt::Decided(Ok(())), _)) => decided(Ok(())),
        Ok((Attempt::Decided(Err(rejection)), _)) | Err(rejection) => {
            drop(withhold(payload));
            decided(Err(rejection))
        }
        Ok((Attempt::Pending(pending), oidc)) => {
            let request = request.clone();
            let body = withhold(payload);
            Admission::Right(Box::pin(async move {
                oidc.admit_later(pending, &ActixRequest::new(&request))
                    .await?;
                // The receiver may be gone.
                let _ = body.send(());
                Ok(())
            }))
        }
    }
}

// The other extractors read the request only when they are polled, after the guard has decided.

impl FromRequest for Principal {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, request| {
            oidc.user(&mut ActixRequest::new(&request), None).await
        })
    }
}

impl FromRequest for BearerToken {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, request| {
            oidc.bearer_token(&mut ActixRequest::new(&request)).await
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Claims<T> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, request| {
            oidc.claims(&mut ActixRequest::new(&request)).await
        })
    }
}

#[cfg(feature = "sessions")]
impl FromRequest for Session {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, request| {
            oidc.session(&mut ActixRequest::new(&request)).await
        })
    }
}
