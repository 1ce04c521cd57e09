//! An introspection endpoint that responds with whatever a test says.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response};
use oidc::OidcBuilder;

/// What the endpoint is sent.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// What it responds with.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<&'static str>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            content_type: Some("application/json"),
            body: body.into(),
        }
    }
}

#[derive(Debug)]
struct Shared {
    asked: Vec<Asked>,
    answer: Answer,
}

#[derive(Clone, Debug)]
pub(super) struct Scripted {
    url: String,
    shared: Arc<Mutex<Shared>>,
}

impl Scripted {
    /// Calls every token inactive at first.
    pub(super) async fn start() -> Self {
        let shared = Arc::new(Mutex::new(Shared {
            asked: Vec::new(),
            answer: Answer::json(r#"{"active":false}"#),
        }));
        let router = Router::new().fallback(respond);
        let router = router.with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url: format!("http://{address}/introspect"),
            shared,
        }
    }

    /// Lets a client ask here.
    pub(super) fn at(&self, builder: OidcBuilder) -> OidcBuilder {
        builder.introspection_endpoint(&self.url)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn respond_with(&self, answer: Answer) {
        self.lock().answer = answer;
    }

    /// What was asked since the last call.
    pub(super) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut self.lock().asked)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn respond(
    State(shared): State<Arc<Mutex<Shared>>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    shared.asked.push(Asked {
        method,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let answer = shared.answer.clone();
    let mut response = Response::builder().status(answer.status);
    if let Some(content_type) = answer.content_type {
        response = response.header("content-type", content_type);
    }
    let response = response.body(Body::from(answer.body));
    response.expect("a response")
}
