//! Validated claims, and the verified access token as handlers see it (RFC 7519, RFC 9068, OpenID
//! Connect Core §2).

mod access_token;
mod bearer;
mod binding;
mod claim_path;
mod claims;
mod claims_error;
mod expectations;
mod explain;
#[cfg(feature = "sessions")]
mod facts;
mod id_token;
mod memo;
pub(crate) mod names;
mod numeric_date;
mod principal;
#[cfg(feature = "sessions")]
mod raw_claims;
mod registered_claims;
mod roles;
mod rules;
mod unverifiable;
mod verified;
mod via;

pub(crate) use access_token::{accept_if_signed, access_token_subject};
pub use bearer::BearerToken;
pub(crate) use claim_path::{ClaimPath, value_at};
pub use claims::Claims;
pub(crate) use expectations::Expectations;
#[cfg(feature = "sessions")]
pub(crate) use facts::Facts;
pub(crate) use id_token::{IdTokenExpectations, id_token};
pub(crate) use numeric_date::LATEST_DATE;
pub use principal::Principal;
#[cfg(feature = "sessions")]
pub(crate) use raw_claims::RawClaims;
pub(crate) use registered_claims::RegisteredClaims;
pub(crate) use roles::RolePlaces;
pub(crate) use rules::{SKEW, is_recent};
pub(crate) use unverifiable::{Hints, refused_id_token};
pub(crate) use verified::VerifiedUser;
pub use via::Via;
