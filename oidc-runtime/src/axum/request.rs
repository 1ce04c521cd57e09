//! An axum request as the library sees it.

use ::axum::http::request::Parts;
use ::axum::http::{HeaderMap, HeaderValue, header};

use crate::gate::{Request, SharedOutcome};
use crate::request::{Authorization, Headers, RequestParts};

impl Headers for HeaderMap {
    fn all<'h>(&'h self, name: &str) -> Box<dyn Iterator<Item = &'h [u8]> + 'h> {
        Box::new(self.get_all(name).into_iter().map(HeaderValue::as_bytes))
    }

    fn authorization(&self) -> Authorization<'_> {
        let fields = self.get_all(header::AUTHORIZATION);
        Authorization::of(fields.into_iter().map(HeaderValue::as_bytes))
    }
}

impl Request for Parts {
    fn parts(&self) -> RequestParts<'_> {
        RequestParts::new(
            self.method.as_str(),
            self.uri.path(),
            self.uri.query(),
            &self.headers,
        )
    }

    fn kept(&self) -> Option<SharedOutcome> {
        self.extensions.get().cloned()
    }

    fn keep(&mut self, outcome: SharedOutcome) {
        self.extensions.insert(outcome);
    }
}
