//! An actix-web request as the library sees it.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest};

use crate::gate::{Request, SharedOutcome};
use crate::request::{Authorization, Headers, RequestParts};

impl Headers for HeaderMap {
    fn all<'h>(&'h self, name: &str) -> Box<dyn Iterator<Item = &'h [u8]> + 'h> {
        Box::new(self.get_all(name).map(HeaderValue::as_bytes))
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization::of(self.get_all(AUTHORIZATION).map(HeaderValue::as_bytes))
    }
}

impl Request for HttpRequest {
    fn parts(&self) -> RequestParts<'_> {
        let query = Some(self.query_string()).filter(|query| !query.is_empty());
        RequestParts::new(
            self.method().as_str(),
            self.uri().path(),
            query,
            self.headers(),
        )
    }

    fn kept(&self) -> Option<SharedOutcome> {
        self.extensions().get().cloned()
    }

    fn keep(&mut self, outcome: SharedOutcome) {
        self.extensions_mut().insert(outcome);
    }
}
