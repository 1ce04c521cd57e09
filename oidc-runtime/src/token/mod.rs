//! Verified tokens, as handlers see them.

mod bearer;
mod claim_path;
mod claims;
mod memo;
pub(crate) mod names;
mod principal;
mod roles;
mod verified;

pub use bearer::BearerToken;
pub(crate) use claim_path::{ClaimPath, value_at};
pub use claims::Claims;
pub use principal::Principal;
pub(crate) use roles::RolePlaces;
pub(crate) use verified::VerifiedToken;
