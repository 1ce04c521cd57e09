//! Verified tokens, as handlers see them.

mod bearer;
mod claims;
mod id_token;
mod memo;
pub(crate) mod names;
mod roles;
mod verified;

pub use bearer::BearerToken;
pub use claims::Claims;
pub use id_token::IdToken;
pub(crate) use verified::VerifiedToken;
