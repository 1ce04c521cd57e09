//! What the page shows about the application.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::other_origin;

#[derive(Clone)]
pub(crate) struct About(Arc<Facts>);

struct Facts {
    embedded_provider: bool,
    /// The address on this computer, unless the settings name a public one.
    local_url: Option<String>,
    /// Where a page tries to use the session from outside.
    other_origin: Option<String>,
    started: Instant,
}

impl About {
    pub(super) async fn new(
        embedded_provider: bool,
        local_url: Option<String>,
    ) -> io::Result<Self> {
        let other_origin = match &local_url {
            Some(url) => Some(other_origin::serve(url).await?),
            None => None,
        };
        Ok(Self(Arc::new(Facts {
            embedded_provider,
            local_url,
            other_origin,
            started: Instant::now(),
        })))
    }

    pub(crate) fn status(&self, framework: &str) -> Value {
        let Self(facts) = self;
        json!({
            "framework": framework,
            "embedded_provider": facts.embedded_provider,
            "local_url": facts.local_url,
            "other_origin": facts.other_origin,
            "uptime_seconds": facts.started.elapsed().as_secs(),
        })
    }
}
