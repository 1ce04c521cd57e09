//! What the contract apps share. One handler serves both frameworks: the attributes do not know
//! which one calls.

pub(crate) mod api;
pub(crate) mod caller;
pub(crate) mod clock;
mod guards;
pub(crate) mod issuers;
mod notes;
pub(crate) mod notes_api;
mod reply;
mod runs;
mod settings;

pub(crate) use guards::{Administrator, Reader};
pub(crate) use notes::Notes;
pub(crate) use reply::Reply;
pub(crate) use settings::{Clients, address, configure, prefix, prints};

/// The sign-in routes, with the public half of the client's key.
pub(crate) const SIGN_IN: oidc::Routes = oidc::routes!(jwks = "/client.jwks");
