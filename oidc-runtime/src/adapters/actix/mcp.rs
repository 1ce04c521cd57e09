//! The guard of an MCP server as a middleware.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, HttpMessage as _, web};

use super::request::ActixRequest;
use super::response::respond;
use crate::answer;
use crate::mcp::{CorsFields, Entry, MAX_BODY_BYTES, McpGuard, McpLayer, Passage, SESSION_FIELD};
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
            let mut response = match admitted {
                Ok(passage) => {
                    let user = passage.user.clone();
                    remove_credentials(&mut request, passage);
                    let mut response = inner.call(request).await?.map_into_boxed_body();
                    bind_session(guard, &user, response.headers_mut());
                    response
                }
                Err(refused) => request.into_response(respond(refused)),
            };
            replace(response.headers_mut(), cors);
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
    if !guard.reads_body(request.method().as_str()) {
        return Ok(());
    }
    let read = match request.extract::<web::Payload>().await {
        Ok(payload) => payload.to_bytes_limited(MAX_BODY_BYTES).await,
        Err(error) => Ok(Err(error)),
    };
    let body = {
        let head = ActixRequest::new(request.request());
        let body = match read {
            // The client is gone, or has sent something that is no HTTP.
            Ok(body) => body.unwrap_or_default(),
            Err(_) => return Err(guard.too_large(&head)),
        };
        guard.judge_body(passage, &body, &head).await?;
        body
    };
    request.set_payload(Payload::from(body));
    Ok(())
}

/// The server sees the user, and not what they have proved it by.
fn remove_credentials(request: &mut ServiceRequest, passage: Passage) {
    let headers = request.headers_mut();
    for name in &CREDENTIALS {
        headers.remove(name);
    }
    if let Some(id) = passage.session
        && let Ok(id) = HeaderValue::try_from(id)
    {
        headers.insert(SESSION.clone(), id);
    }
    request.extensions_mut().insert::<Principal>(passage.user);
}

fn bind_session(guard: &McpGuard, user: &Principal, headers: &mut HeaderMap) {
    let id = headers.get(&SESSION).and_then(|id| id.to_str().ok());
    let bound = id.and_then(|id| guard.client_session(user, id));
    if let Some(bound) = bound.and_then(|bound| HeaderValue::try_from(bound).ok()) {
        headers.insert(SESSION.clone(), bound);
    }
}

fn replace(headers: &mut HeaderMap, fields: CorsFields) {
    for (name, value) in fields {
        let Ok(value) = HeaderValue::from_str(&value) else {
            continue;
        };
        let name = HeaderName::from_static(name);
        if name == "vary" {
            headers.append(name, value);
        } else {
            headers.insert(name, value);
        }
    }
}
