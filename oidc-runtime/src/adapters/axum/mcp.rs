//! The guard of an MCP server as a tower layer.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::axum::BoxError;
use ::axum::body::{Body, HttpBody};
use ::axum::extract::Request;
use ::axum::http::request::Parts;
use ::axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;
use tower_layer::Layer;
use tower_service::Service;

use super::response::respond;
use crate::adapters::tower::HttpRequest;
use crate::answer;
use crate::client::Oidc;
use crate::mcp::{
    BodyUse, CorsFields, Entry, MAX_BODY_BYTES, McpGuard, McpLayer, McpRefusal, Passage,
    SESSION_FIELD, Tools, varies_by_origin,
};
use crate::policy::Policy;
use crate::token::Principal;

/// What the server behind the guard does not see.
static CREDENTIALS: [HeaderName; 3] = [
    header::AUTHORIZATION,
    header::COOKIE,
    HeaderName::from_static("dpop"),
];

impl Oidc {
    /// Guards an MCP server, such as `StreamableHttpService` of `rmcp`, which is added to a router by
    /// `nest_service`. See [`mcp_layer`](Self::mcp_layer) for what the guard does.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::extract::Request;
    /// use axum::routing::any;
    /// use oidc::{NoTools, Oidc};
    ///
    /// #[oidc::policy(scopes = "notes:read")]
    /// struct Reader;
    ///
    /// fn app(oidc: Oidc) -> Router {
    ///     // In an application, this is the service of an MCP library.
    ///     let server = any(async |_: Request| "");
    ///     Router::new()
    ///         .nest_service("/mcp", oidc.mcp(server, Reader, NoTools))
    ///         .merge(oidc::metadata!())
    ///         .with_state(oidc)
    /// }
    /// ```
    pub fn mcp<S, P: Policy>(&self, server: S, base: P, tools: impl Into<Tools>) -> McpService<S> {
        self.mcp_layer(base, tools).layer(server)
    }
}

impl<S> Layer<S> for McpLayer {
    type Service = McpService<S>;

    fn layer(&self, inner: S) -> McpService<S> {
        McpService {
            layer: self.clone(),
            inner,
        }
    }
}

/// An MCP server behind its guard. Created by [`Oidc::mcp`].
#[derive(Clone, Debug)]
#[must_use = "a service does nothing until a router serves it"]
pub struct McpService<S> {
    pub(in crate::adapters::axum) layer: McpLayer,
    inner: S,
}

impl<S, B> Service<Request> for McpService<S>
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let layer = self.layer.clone();
        // The service that is ready has to be called, not its clone.
        let clone = self.inner.clone();
        let mut ready = mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let guard = &*layer.guard;
            let (mut parts, body) = request.into_parts();
            let Entry { cors, passage } = guard.enter(&mut HttpRequest::new(&mut parts)).await;
            let admitted = match passage {
                Ok(passage) => admit_body(guard, &passage, &mut parts, body)
                    .await
                    .map(|body| (passage, body)),
                Err(refused) => Err(refused),
            };
            let mut response = match admitted {
                Ok((passage, body)) => {
                    let user = passage.user.clone();
                    let request = without_credentials(parts, body, passage);
                    let mut response = ready.call(request).await?.map(Body::new);
                    bind_session(guard, &user, response.headers_mut());
                    response
                }
                Err(refused) => respond(refused),
            };
            replace(response.headers_mut(), cors);
            Ok(response)
        })
    }
}

/// The body for the server, if it is admitted.
async fn admit_body(
    guard: &McpGuard,
    passage: &Passage,
    parts: &mut Parts,
    body: Body,
) -> Result<Body, answer::Response> {
    match guard.body_use(parts.method.as_str()) {
        BodyUse::Unseen => return Ok(body),
        BodyUse::Removed => return Ok(Body::empty()),
        BodyUse::Judged => {}
    }
    let body = read(guard, body).await;
    let request = HttpRequest::new(parts);
    let body = body.map_err(|refusal| guard.refuse(refusal, &request))?;
    guard.judge_body(passage, &body, &request).await?;
    Ok(Body::from(body))
}

async fn read(guard: &McpGuard, body: Body) -> Result<Bytes, McpRefusal> {
    let read = Limited::new(body, MAX_BODY_BYTES).collect();
    match timeout(guard.body_timeout, read).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if is_too_large(&*error) => Err(McpRefusal::TooLarge),
        Ok(Err(_)) => Err(McpRefusal::Incomplete),
        Err(_) => Err(McpRefusal::TooSlow),
    }
}

/// Also of a limit that the application has set.
fn is_too_large(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<LengthLimitError>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// The request as the server sees it: with the user, and without what they have proved it by.
fn without_credentials(mut parts: Parts, body: Body, passage: Passage) -> Request {
    for name in &CREDENTIALS {
        parts.headers.remove(name);
    }
    if let Some(id) = passage.session
        && let Ok(id) = HeaderValue::try_from(id)
    {
        parts.headers.insert(SESSION_FIELD, id);
    }
    parts.extensions.insert::<Principal>(passage.user);
    Request::from_parts(parts, body)
}

fn bind_session(guard: &McpGuard, user: &Principal, headers: &mut HeaderMap) {
    let id = headers.get(SESSION_FIELD).and_then(|id| id.to_str().ok());
    let bound = id.and_then(|id| guard.client_session(user, id));
    if let Some(bound) = bound.and_then(|bound| HeaderValue::try_from(bound).ok()) {
        headers.insert(SESSION_FIELD, bound);
    }
}

fn replace(headers: &mut HeaderMap, fields: CorsFields) {
    for (name, value) in fields {
        let Ok(value) = HeaderValue::try_from(&*value) else {
            continue;
        };
        if name != header::VARY {
            headers.insert(name, value);
        } else if !vary(headers) {
            headers.append(name, value);
        }
    }
}

/// Whether the server has said already that its response depends on the origin.
fn vary(headers: &HeaderMap) -> bool {
    let mut fields = headers.get_all(header::VARY).iter();
    fields.any(|field| varies_by_origin(field.as_bytes()))
}
