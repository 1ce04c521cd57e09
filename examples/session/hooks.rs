//! What a test suite may do to the application, with `TEST_HOOKS=1`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use oidc::Oidc;
use serde_json::{Value, json};

use super::reply::Reply;
use super::{HITS, clock};

/// The hooks, by their path.
#[derive(Clone, Copy)]
pub(crate) struct Hooks;

impl Hooks {
    pub(crate) fn are_on() -> bool {
        std::env::var("TEST_HOOKS").as_deref() == Ok("1")
    }

    pub(crate) fn advance(body: &Value) -> Reply {
        let seconds = body["advance"].as_f64();
        let by = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        match by {
            Some(by) => {
                clock::advance(by);
                Reply::ok(json!({ "advanced": seconds }))
            }
            None => Reply::status(400),
        }
    }

    pub(crate) async fn end(oidc: &Oidc, body: &Value) -> Reply {
        let subject = body["sub"].as_str().unwrap_or_default();
        match oidc.end_sessions_of(subject).await {
            Ok(()) => Reply::ok(json!({ "ended": subject })),
            Err(_) => Reply::status(503),
        }
    }

    pub(crate) async fn sweep(oidc: &Oidc) -> Reply {
        let mut swept = 0;
        loop {
            match oidc.session_sweep().await {
                Ok(0) => return Reply::ok(json!({ "swept": swept })),
                Ok(some) => swept += some,
                Err(_) => return Reply::status(503),
            }
        }
    }

    pub(crate) fn hits() -> Reply {
        Reply::ok(json!({ "hits": HITS.load(Ordering::SeqCst) }))
    }
}
