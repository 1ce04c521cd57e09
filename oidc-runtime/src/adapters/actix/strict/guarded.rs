//! How actix-web writes a handler's extractors as a type.

use crate::access::guarded;

/// Marks the extractors of actix-web's handlers: a tuple of nothing else.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Actix;

guarded!(Actix, []);
