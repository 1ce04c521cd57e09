//! Access tokens that their issuer is asked about (RFC 7662).

mod breaker;
mod flight;
mod inactive;
mod introspector;

pub(crate) use introspector::{Confirmation, Introspector, Unconfirmed};
