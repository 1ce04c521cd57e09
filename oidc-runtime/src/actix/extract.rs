//! The guard and the extractors.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::guard::Guard;
use crate::oidc::Oidc;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::token::{BearerToken, Claims, IdToken};

/// What the extractors resolve to.
pub type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Rejection>>>>;

/// The application's client, from `app_data(oidc)` or `app_data(web::Data::new(oidc))`.
pub(super) fn client(request: &HttpRequest) -> Result<Oidc, Rejection> {
    let direct = request.app_data::<Oidc>();
    let shared = || {
        request
            .app_data::<web::Data<Oidc>>()
            .map(web::Data::get_ref)
    };
    direct.or_else(shared).cloned().ok_or_else(|| {
        tracing::error!(
            code = "misconfigured",
            "no `Oidc` in the application's data: add `.app_data(oidc.clone())` to the `App`"
        );
        Rejection::misconfigured()
    })
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

/// A guard's decision: made at once where that is possible, because actix-web polls the
/// extractors of a handler side by side and the guard has to be first.
pub enum Admission<P: Policy> {
    #[doc(hidden)]
    Decided(Ready<Result<Guard<P>, Rejection>>),
    #[doc(hidden)]
    Waiting(Extraction<Guard<P>>),
}

impl<P: Policy> fmt::Debug for Admission<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Admission")
    }
}

impl<P: Policy> Future for Admission<P> {
    type Output = Result<Guard<P>, Rejection>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Decided(decided) => Pin::new(decided).poll(context),
            Self::Waiting(waiting) => waiting.as_mut().poll(context),
        }
    }
}

impl<P: Policy> FromRequest for Guard<P> {
    type Error = Rejection;
    type Future = Admission<P>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Admission<P> {
        let spec = const { &P::SPEC };
        let oidc = match client(request) {
            Ok(oidc) => oidc,
            Err(rejection) => return Admission::Decided(ready(Err(rejection))),
        };
        let mut request = request.clone();
        match oidc.admit_now(spec, &mut request) {
            Poll::Ready(admission) => {
                Admission::Decided(ready(admission.map(|()| Self::admitted())))
            }
            Poll::Pending => Admission::Waiting(Box::pin(async move {
                oidc.admit_later(spec, &mut request)
                    .await
                    .map(|()| Self::admitted())
            })),
        }
    }
}

impl FromRequest for IdToken {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, mut request| {
            oidc.user(&mut request).await
        })
    }
}

impl FromRequest for BearerToken {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, mut request| {
            oidc.user(&mut request).await.map(Self::new)
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Claims<T> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, mut request| {
            oidc.claims(&mut request).await
        })
    }
}
