//! An actix-web request as the library sees it.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::RequestHead;
use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, UPGRADE};
use actix_web::{HttpMessage as _, HttpRequest};
use send_wrapper::SendWrapper;

use crate::client::Oidc;
use crate::gate::{Outcome, OutcomeStore, Outcomes};
use crate::request::{Authorization, Carried, Fields, Head, PathParam, RequestParts};

static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Extensions are behind a cell, so a shared request is enough.
pub(super) struct ActixRequest<'r> {
    request: &'r HttpRequest,
    head: ActixHead<'r>,
}

/// What checks see of it. Their futures have to be `Send` for axum, while a request of actix-web
/// stays on its thread.
struct ActixHead<'r> {
    head: &'r RequestHead,
    request: SendWrapper<&'r HttpRequest>,
}

impl<'r> ActixRequest<'r> {
    pub(super) fn new(request: &'r HttpRequest) -> Self {
        let head = ActixHead {
            head: request.head(),
            request: SendWrapper::new(request),
        };
        Self { request, head }
    }
}

impl ActixHead<'_> {
    /// `None` on another thread.
    fn request(&self) -> Option<&HttpRequest> {
        self.request.valid().then(|| *self.request)
    }
}

impl Head for ActixHead<'_> {
    fn method(&self) -> &str {
        self.head.method.as_str()
    }

    fn path(&self) -> &str {
        self.head.uri.path()
    }

    fn query(&self) -> Option<&str> {
        self.head.uri.query()
    }

    fn authority(&self) -> Option<&str> {
        self.head
            .uri
            .authority()
            .map(actix_web::http::uri::Authority::as_str)
    }

    fn fields<'h>(&'h self, name: &str) -> Fields<'h> {
        let headers = &self.head.headers;
        // perf: to parse these names takes 360 instructions of a hit of a session (bench
        // `count cookie`).
        let fields = match name {
            "cookie" => headers.get_all(COOKIE),
            "upgrade" => headers.get_all(UPGRADE),
            "sec-fetch-mode" => headers.get_all(&SEC_FETCH_MODE),
            name => headers.get_all(name),
        };
        Fields::new(fields.map(HeaderValue::as_bytes))
    }

    fn authorization(&self) -> Authorization<'_> {
        let fields = self.head.headers.get_all(AUTHORIZATION);
        Authorization::of(fields.map(HeaderValue::as_bytes))
    }

    fn path_param(&self, name: &str) -> PathParam {
        let request = self.request();
        match request.map_or(PathParam::Missing, |request| route_param(request, name)) {
            // actix-web puts it in the place of what is not UTF-8.
            PathParam::Text(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
                PathParam::NotText
            }
            found => found,
        }
    }

    fn carried(&self) -> Carried<'_> {
        self.request()
            .map_or(Carried::Nothing(PhantomData), Carried::Actix)
    }
}

fn route_param(request: &HttpRequest, name: &str) -> PathParam {
    let params = request.match_info();
    let decoded = params.load::<Vec<String>>().unwrap_or_default();
    let named = params.iter().zip(decoded);
    PathParam::of(
        named
            .filter(|((key, _), _)| *key == name)
            .map(|(_, text)| text),
    )
}

impl OutcomeStore for ActixRequest<'_> {
    fn parts(&self) -> RequestParts<'_> {
        RequestParts::new(&self.head)
    }

    fn cached(&self, client: &Oidc) -> Option<Arc<Outcome>> {
        self.request.extensions().get::<Outcomes>()?.of(client)
    }

    fn cache(&mut self, outcome: Arc<Outcome>) {
        let mut extensions = self.request.extensions_mut();
        let mut outcomes = extensions.remove::<Outcomes>().unwrap_or_default();
        outcomes.insert(outcome);
        extensions.insert(outcomes);
    }
}
