//! The command `oidc-guard`, run against servers of this process.

mod doctor;
#[cfg(not(feature = "keyring"))]
mod files;
mod get;
mod inspect;
mod json;
mod pages;
mod sign_in;
mod stored;
mod support;
