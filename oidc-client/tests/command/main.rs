//! The command `oidc-guard`, run against servers of this process.

mod doctor;
mod get;
mod inspect;
mod json;
mod pages;
mod sign_in;
mod stored;
mod support;
