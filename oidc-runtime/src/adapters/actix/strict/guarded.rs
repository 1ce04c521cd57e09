//! How actix-web writes a handler's extractors as a type.

use crate::access::guarded;

/// Marks the extractors of actix-web's handlers, a tuple of nothing else.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Actix;

// actix-web takes sixteen extractors; the guard is one of them.
guarded!(
    Actix,
    [],
    T1,
    T2,
    T3,
    T4,
    T5,
    T6,
    T7,
    T8,
    T9,
    T10,
    T11,
    T12,
    T13,
    T14,
    T15
);
