//! Scopes (RFC 6749 §3.3).

use crate::config;

/// Whether this is a list of scope tokens, possibly empty.
#[must_use]
pub fn is_scope_list(scopes: &str) -> bool {
    config::is_scope_list(scopes)
}
