//! How axum writes a handler's extractors as a type.

use crate::access::guarded;

/// Marks the extractors of axum's handlers: a tuple that starts with a marker of axum.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Axum;

guarded!(Axum, [M]);
