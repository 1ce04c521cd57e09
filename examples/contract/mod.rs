//! What the contract apps share. One handler serves both frameworks: the attributes do not know
//! which one calls.

pub(crate) mod api;
pub(crate) mod caller;
mod guards;
mod notes;
pub(crate) mod notes_api;
mod reply;
mod runs;
mod settings;

pub(crate) use guards::{Administrator, Reader};
pub(crate) use notes::Notes;
pub(crate) use reply::Reply;
pub(crate) use settings::{Resources, address, asks_for_access, configure, prefix};
