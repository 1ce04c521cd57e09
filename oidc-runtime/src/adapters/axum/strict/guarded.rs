//! How axum represents a handler's extractors as a type.

use crate::access::guarded;

/// Selects the implementations for axum's handlers: a tuple that starts with a marker of axum.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Axum;

guarded!(Axum, [M]);
