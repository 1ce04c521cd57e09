//! An `http` request as the library sees it.

use std::any::Any;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts as _, OriginalUri, RawPathParams};
use futures_util::FutureExt as _;
use http::request::Parts;
use http::{Extensions, HeaderName, HeaderValue, Uri, header};

use crate::client::Oidc;
use crate::gate::{Outcome, OutcomeStore, Outcomes};
use crate::request::{Authorization, Carried, Fields, Head, PathParam, RequestParts};

static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The head of a request, and the router's state where there is one.
pub(in crate::adapters) struct HttpRequest<'r, 's> {
    parts: &'r mut Parts,
    state: Option<&'s (dyn Any + Sync)>,
}

impl<'r, 's> HttpRequest<'r, 's> {
    pub(in crate::adapters) fn new(parts: &'r mut Parts) -> Self {
        let state = None;
        Self { parts, state }
    }

    pub(in crate::adapters) fn of_router(
        parts: &'r mut Parts,
        state: &'s (dyn Any + Sync),
    ) -> Self {
        let state = Some(state);
        Self { parts, state }
    }

    /// The URI that the client requested; a nested axum router sees only a part of it.
    fn uri(&self) -> &Uri {
        let original = self.parts.extensions.get();
        original.map_or(&self.parts.uri, |OriginalUri(uri)| uri)
    }
}

impl Head for HttpRequest<'_, '_> {
    fn method(&self) -> &str {
        self.parts.method.as_str()
    }

    fn path(&self) -> &str {
        self.uri().path()
    }

    fn query(&self) -> Option<&str> {
        self.uri().query()
    }

    fn authority(&self) -> Option<&str> {
        self.uri().authority().map(http::uri::Authority::as_str)
    }

    fn fields<'h>(&'h self, name: &str) -> Fields<'h> {
        let headers = &self.parts.headers;
        // perf: to parse these names takes 360 instructions of a hit of a session (bench
        // `count cookie`).
        let fields = match name {
            "cookie" => headers.get_all(&header::COOKIE),
            "upgrade" => headers.get_all(&header::UPGRADE),
            "sec-fetch-mode" => headers.get_all(&SEC_FETCH_MODE),
            name => headers.get_all(name),
        };
        Fields::new(fields.into_iter().map(HeaderValue::as_bytes))
    }

    fn authorization(&self) -> Authorization<'_> {
        let fields = self.parts.headers.get_all(&header::AUTHORIZATION);
        Authorization::of(fields.into_iter().map(HeaderValue::as_bytes))
    }

    fn path_param(&self, name: &str) -> PathParam {
        match route_params(&self.parts.extensions) {
            Some(Ok(params)) => {
                let named = params.iter().filter(|(key, _)| *key == name);
                PathParam::of(named.map(|(_, text)| text.to_owned()))
            }
            Some(Err(RawPathParamsRejection::InvalidUtf8InPathParam(_))) => PathParam::NotText,
            _ => PathParam::Missing,
        }
    }

    fn carried(&self) -> Carried<'_> {
        Carried::Http {
            extensions: &self.parts.extensions,
            state: self.state,
        }
    }
}

/// axum shows them to its extractors only, which take a request that they may change.
fn route_params(extensions: &Extensions) -> Option<Result<RawPathParams, RawPathParamsRejection>> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.extensions = extensions.clone();
    RawPathParams::from_request_parts(&mut parts, &()).now_or_never()
}

// perf: 19 instructions of a hit's 940, if rustc inlines them (bench `count hit`).
impl OutcomeStore for HttpRequest<'_, '_> {
    #[inline]
    fn parts(&self) -> RequestParts<'_> {
        RequestParts::new(self)
    }

    #[inline]
    fn cached(&self, client: &Oidc) -> Option<Arc<Outcome>> {
        self.parts.extensions.get::<Outcomes>()?.of(client)
    }

    fn cache(&mut self, outcome: Arc<Outcome>) {
        let outcomes: &mut Outcomes = self.parts.extensions.get_or_insert_default();
        outcomes.insert(outcome);
    }
}
