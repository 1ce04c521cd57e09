//! Counters of the `metrics` facade; no-ops without the feature `metrics`.
//!
//! | counter | labels |
//! |---|---|
//! | `oidc_refused_total` | `code`: the reason, as in the log |
//! | `oidc_tokens_verified_total` | |
//! | `oidc_provider_refreshes_total` | `outcome`: `ok` or `failed` |

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

#[cfg(not(feature = "metrics"))]
pub(crate) fn refused(_: &'static str) {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn verified() {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn refreshed(_: bool) {}
