//! The guard of an MCP server as a middleware.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::http::Version;
use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, VARY};
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError, web};
use tokio::time::timeout;

use super::request::ActixRequest;
use super::response::respond;
use crate::answer::{self, Rejection};
use crate::mcp::{
    BodyUse, CorsFields, Entry, MAX_BODY_BYTES, McpGuard, McpLayer, McpRefusal, Passage,
    SESSION_FIELD, varies_by_origin,
};
use crate::token::Principal;

static SESSION: HeaderName = HeaderName::from_static(SESSION_FIELD);
/// What the server behind the guard does not see.
static CREDENTIALS: [HeaderName; 3] = [AUTHORIZATION, COOKIE, HeaderName::from_static("dpop")];

impl<S, B> Transform<S, ServiceRequest> for McpLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = McpMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(McpMiddleware {
            layer: self.clone(),
            inner: Rc::new(inner),
        }))
    }
}

/// The service behind a [`McpLayer`].
#[derive(Debug)]
pub struct McpMiddleware<S> {
    layer: McpLayer,
    inner: Rc<S>,
}

impl<S, B> Service<ServiceRequest> for McpMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let layer = self.layer.clone();
        let inner = Rc::clone(&self.inner);
        Box::pin(async move {
            let guard = &*layer.guard;
            let entry = guard.enter(&mut ActixRequest::new(request.request())).await;
            let Entry { cors, passage } = entry;
            let admitted = match passage {
                Ok(passage) => admit_body(guard, &passage, &mut request)
                    .await
                    .map(|()| passage),
                Err(refused) => Err(refused),
            };
            let admitted = admitted.and_then(|passage| {
                let user = passage.user.clone();
                remove_credentials(guard, passage, &mut request).map(|()| user)
            });
            let mut response = match admitted {
                Ok(user) => {
                    let response = inner.call(request).await;
                    let response = response.map_err(|error| readable(error, &cors))?;
                    let mut response = response.map_into_boxed_body();
                    bind_session(guard, &user, response.headers_mut());
                    response
                }
                Err(refused) => request.into_response(respond(refused)),
            };
            replace(response.headers_mut(), &cors);
            Ok(response)
        })
    }
}

/// Reads the body and puts it back, if it is admitted.
async fn admit_body(
    guard: &McpGuard,
    passage: &Passage,
    request: &mut ServiceRequest,
) -> Result<(), answer::Response> {
    match guard.body_use(request.method().as_str()) {
        BodyUse::Unseen => return Ok(()),
        BodyUse::Removed => {
            // In HTTP/1.1, where every body is announced, the payload is what follows an upgrade.
            if request.version() >= Version::HTTP_2 {
                request.set_payload(Payload::None);
            }
            return Ok(());
        }
        BodyUse::Judged => {}
    }
    let body = read(guard, request).await;
    let body = {
        let head = ActixRequest::new(request.request());
        let body = body.map_err(|refusal| guard.refuse(refusal, &head))?;
        guard.judge_body(passage, &body, &head).await?;
        body
    };
    request.set_payload(Payload::from(body));
    Ok(())
}

async fn read(guard: &McpGuard, request: &mut ServiceRequest) -> Result<Bytes, McpRefusal> {
    let Ok(payload) = request.extract::<web::Payload>().await else {
        return Err(McpRefusal::Incomplete);
    };
    let read = payload.to_bytes_limited(MAX_BODY_BYTES);
    match timeout(guard.body_timeout, read).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) => Err(McpRefusal::Incomplete),
        Ok(Err(_)) => Err(McpRefusal::TooLarge),
        Err(_) => Err(McpRefusal::TooSlow),
    }
}

/// The server sees the user, and not what they have proved it by.
fn remove_credentials(
    guard: &McpGuard,
    passage: Passage,
    request: &mut ServiceRequest,
) -> Result<(), answer::Response> {
    let Some(headers) = fields_of(request) else {
        tracing::error!(
            "a middleware around the guard of an MCP server keeps the `HttpRequest`, so that the guard \
             cannot take the credentials from it: drop it before the next service is called"
        );
        let rejection = Rejection::misconfigured();
        let rejection = guard
            .oidc
            .refuse(rejection, &ActixRequest::new(request.request()));
        return Err(rejection.response());
    };
    for name in &CREDENTIALS {
        headers.remove(name);
    }
    if let Some(id) = passage.session
        && let Ok(id) = HeaderValue::try_from(id)
    {
        headers.insert(SESSION.clone(), id);
    }
    request.extensions_mut().insert::<Principal>(passage.user);
    Ok(())
}

/// `None` if somebody else has the request, too. actix-web panics then, and tells nobody before.
fn fields_of(request: &mut ServiceRequest) -> Option<&mut HeaderMap> {
    let tried = panic::catch_unwind(AssertUnwindSafe(|| {
        request.headers_mut();
    }));
    tried.ok().map(|()| request.headers_mut())
}

/// An error of the server, whose response pages may read.
#[derive(Debug)]
struct Readable {
    error: Error,
    cors: CorsFields,
}

fn readable(error: Error, cors: &CorsFields) -> Error {
    let cors = cors.clone();
    Readable { error, cors }.into()
}

impl fmt::Display for Readable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for Readable {
    fn status_code(&self) -> StatusCode {
        self.error.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.error.error_response();
        replace(response.headers_mut(), &self.cors);
        response
    }
}

fn bind_session(guard: &McpGuard, user: &Principal, headers: &mut HeaderMap) {
    let id = headers.get(&SESSION).and_then(|id| id.to_str().ok());
    let bound = id.and_then(|id| guard.client_session(user, id));
    if let Some(bound) = bound.and_then(|bound| HeaderValue::try_from(bound).ok()) {
        headers.insert(SESSION.clone(), bound);
    }
}

fn replace(headers: &mut HeaderMap, fields: &CorsFields) {
    for (name, value) in fields {
        let Ok(value) = HeaderValue::from_str(value) else {
            continue;
        };
        let name = HeaderName::from_static(name);
        if name != VARY {
            headers.insert(name, value);
        } else if !vary(headers) {
            headers.append(name, value);
        }
    }
}

/// Whether the server has said already that its response depends on the origin.
fn vary(headers: &HeaderMap) -> bool {
    let mut fields = headers.get_all(VARY);
    fields.any(|field| varies_by_origin(field.as_bytes()))
}
