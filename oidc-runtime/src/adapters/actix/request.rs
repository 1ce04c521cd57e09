//! An actix-web request as the library sees it.

use std::sync::Arc;

use actix_web::dev::RequestHead;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest};

use crate::client::Oidc;
use crate::gate::{Outcome, OutcomeStore, Outcomes};
use crate::request::{Authorization, Head, RequestParts};

impl Head for RequestHead {
    fn method(&self) -> &str {
        self.method.as_str()
    }

    fn path(&self) -> &str {
        self.uri.path()
    }

    fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    fn fields<'h>(&'h self, name: &str) -> Box<dyn Iterator<Item = &'h [u8]> + 'h> {
        Box::new(self.headers.get_all(name).map(HeaderValue::as_bytes))
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization::of(
            self.headers
                .get_all(AUTHORIZATION)
                .map(HeaderValue::as_bytes),
        )
    }
}

/// Extensions are behind a cell, so a shared reference suffices.
impl OutcomeStore for &HttpRequest {
    fn parts(&self) -> RequestParts<'_> {
        RequestParts::new(self.head())
    }

    fn kept(&self, client: &Oidc) -> Option<Arc<Outcome>> {
        self.extensions().get::<Outcomes>()?.of(client)
    }

    fn keep(&mut self, outcome: Arc<Outcome>) {
        let mut extensions = self.extensions_mut();
        let mut outcomes = extensions.remove::<Outcomes>().unwrap_or_default();
        outcomes.keep(outcome);
        extensions.insert(outcomes);
    }
}
