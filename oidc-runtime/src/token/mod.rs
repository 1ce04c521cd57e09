//! Validated claims, and the verified access token as handlers see it (RFC 7519, RFC 9068, OpenID
//! Connect Core §2).

mod access_claims;
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
mod identity;
mod introspected;
mod memo;
pub(crate) mod names;
mod numeric_date;
mod principal;
#[cfg(feature = "sessions")]
mod raw_claims;
mod registered_claims;
mod roles;
mod rules;
mod template;
mod trust;
mod unchecked;
mod unverifiable;
mod verified;
mod via;

pub use bearer::BearerToken;
pub(crate) use claim_path::{ClaimPath, value_at};
pub use claims::Claims;
pub(crate) use expectations::{Expectations, ExpectedIssuer};
#[cfg(feature = "sessions")]
pub(crate) use facts::Facts;
pub(crate) use id_token::{IdTokenExpectations, id_token};
pub use identity::Identity;
pub(crate) use introspected::AnswerError;
pub(crate) use memo::Known;
pub(crate) use numeric_date::LATEST_DATE;
pub use principal::Principal;
#[cfg(feature = "sessions")]
pub(crate) use raw_claims::RawClaims;
pub(crate) use registered_claims::RegisteredClaims;
pub(crate) use roles::RolePlaces;
pub(crate) use rules::{SKEW, is_recent};
pub(crate) use template::{IssuerTemplate, Tenants, is_pattern, is_usable_pattern, is_uuid};
pub(crate) use trust::{OWN_ISSUER, Trust};
pub(crate) use unchecked::UncheckedToken;
pub(crate) use unverifiable::{Hints, refused_id_token};
pub(crate) use verified::{Source, VerifiedUser};
pub use via::Via;
