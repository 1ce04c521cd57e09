//! An `http` request as the library sees it.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, Uri, header};

use crate::client::Oidc;
use crate::gate::{Outcome, OutcomeStore, Outcomes};
use crate::request::{Authorization, Head, RequestParts};

impl Head for Parts {
    fn method(&self) -> &str {
        self.method.as_str()
    }

    fn path(&self) -> &str {
        uri(self).path()
    }

    fn query(&self) -> Option<&str> {
        uri(self).query()
    }

    fn fields<'h>(&'h self, name: &str) -> Box<dyn Iterator<Item = &'h [u8]> + 'h> {
        let fields = self.headers.get_all(name).into_iter();
        Box::new(fields.map(HeaderValue::as_bytes))
    }

    fn authorization(&self) -> Authorization<'_> {
        let fields = self.headers.get_all(&header::AUTHORIZATION);
        Authorization::of(fields.into_iter().map(HeaderValue::as_bytes))
    }
}

/// The URI that the client requested, of which a nested axum router sees only a part.
fn uri(parts: &Parts) -> &Uri {
    #[cfg(feature = "axum")]
    if let Some(axum::extract::OriginalUri(uri)) = parts.extensions.get() {
        return uri;
    }
    &parts.uri
}

impl OutcomeStore for Parts {
    fn parts(&self) -> RequestParts<'_> {
        RequestParts::new(self)
    }

    fn kept(&self, client: &Oidc) -> Option<Arc<Outcome>> {
        self.extensions.get::<Outcomes>()?.of(client)
    }

    fn keep(&mut self, outcome: Arc<Outcome>) {
        let outcomes: &mut Outcomes = self.extensions.get_or_insert_default();
        outcomes.keep(outcome);
    }
}
