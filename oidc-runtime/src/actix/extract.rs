//! The guard and the extractors.

use std::future::{Future, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::decision::{Admission, Decision};
use crate::guard::Guard;
use crate::oidc::Oidc;
use crate::policy::{Policy, PolicySpec};
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

/// Decides at once where that is possible, because actix-web polls the extractors of a handler
/// side by side and the guard has to be first.
impl<P: Policy> FromRequest for Guard<P> {
    type Error = Rejection;
    type Future = Admission<P, Extraction<()>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Admission::new(admission(request, const { &P::SPEC }))
    }
}

fn admission(request: &HttpRequest, spec: &'static PolicySpec) -> Decision<Extraction<()>> {
    let oidc = match client(request) {
        Ok(oidc) => oidc,
        Err(rejection) => return Decision::made(Err(rejection)),
    };
    match oidc.admit_now(spec, &mut &*request) {
        Ok(admission) => Decision::made(admission),
        Err(undecided) => {
            let request = request.clone();
            Decision::Later(Box::pin(async move {
                oidc.admit_later(spec, &&request, undecided).await
            }))
        }
    }
}

// The other extractors look at nothing before they are polled: by then the guard has spoken.

impl FromRequest for IdToken {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, request| {
            oidc.user(&mut &request).await
        })
    }
}

impl FromRequest for BearerToken {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, request| {
            oidc.user(&mut &request).await.map(Self::new)
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Claims<T> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, async |oidc, request| {
            oidc.claims(&mut &request).await
        })
    }
}
