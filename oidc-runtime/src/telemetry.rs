//! Measurements through the `metrics` facade; no-ops without the feature `metrics`.
//!
//! | counter | labels |
//! |---|---|
//! | `oidc_refused_total` | `code`: the reason, as in the log |
//! | `oidc_tokens_verified_total` | |
//! | `oidc_provider_refreshes_total` | `outcome`: `ok` or `failed` |
//! | `oidc_introspections_total` | `outcome`: `ok` or `failed` |
//! | `oidc_sessions_begun_total` | |
//! | `oidc_sessions_ended_total` | `cause`: `signed_out`, `provider`, `refresh_refused`, `replaced` |
//! | `oidc_session_refreshes_total` | `outcome`: `renewed`, `ended`, `failed` |
//! | `oidc_session_lease_waits_total` | |
//!
//! | histogram | labels |
//! |---|---|
//! | `oidc_session_store_seconds` | `operation`: `load`, `replace`, .. |

#[cfg(feature = "sessions")]
use std::time::Duration;

#[cfg(feature = "metrics")]
pub(crate) fn refused(code: &'static str) {
    metrics::counter!("oidc_refused_total", "code" => code).increment(1);
}

#[cfg(feature = "metrics")]
pub(crate) fn verified() {
    metrics::counter!("oidc_tokens_verified_total").increment(1);
}

#[cfg(feature = "metrics")]
pub(crate) fn refreshed(ok: bool) {
    let outcome = if ok { "ok" } else { "failed" };
    metrics::counter!("oidc_provider_refreshes_total", "outcome" => outcome).increment(1);
}

/// An issuer was asked about a token, and gave an answer that can be relied upon, or did not.
#[cfg(feature = "metrics")]
pub(crate) fn introspected(ok: bool) {
    let outcome = if ok { "ok" } else { "failed" };
    metrics::counter!("oidc_introspections_total", "outcome" => outcome).increment(1);
}

#[cfg(all(feature = "metrics", feature = "sessions"))]
pub(crate) fn session_begun() {
    metrics::counter!("oidc_sessions_begun_total").increment(1);
}

#[cfg(all(feature = "metrics", feature = "sessions"))]
pub(crate) fn session_ended(cause: &'static str) {
    metrics::counter!("oidc_sessions_ended_total", "cause" => cause).increment(1);
}

#[cfg(all(feature = "metrics", feature = "sessions"))]
pub(crate) fn session_refreshed(outcome: &'static str) {
    metrics::counter!("oidc_session_refreshes_total", "outcome" => outcome).increment(1);
}

/// Another process renews the session.
#[cfg(all(feature = "metrics", feature = "sessions"))]
pub(crate) fn lease_awaited() {
    metrics::counter!("oidc_session_lease_waits_total").increment(1);
}

#[cfg(all(feature = "metrics", feature = "sessions"))]
pub(crate) fn store_asked(operation: &'static str, time: Duration) {
    metrics::histogram!("oidc_session_store_seconds", "operation" => operation).record(time);
}

#[cfg(not(feature = "metrics"))]
pub(crate) fn refused(_: &'static str) {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn verified() {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn refreshed(_: bool) {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn introspected(_: bool) {}

#[cfg(all(not(feature = "metrics"), feature = "sessions"))]
pub(crate) fn session_begun() {}

#[cfg(all(not(feature = "metrics"), feature = "sessions"))]
pub(crate) fn session_ended(_: &'static str) {}

#[cfg(all(not(feature = "metrics"), feature = "sessions"))]
pub(crate) fn session_refreshed(_: &'static str) {}

#[cfg(all(not(feature = "metrics"), feature = "sessions"))]
pub(crate) fn lease_awaited() {}

#[cfg(all(not(feature = "metrics"), feature = "sessions"))]
pub(crate) fn store_asked(_: &'static str, _: Duration) {}
