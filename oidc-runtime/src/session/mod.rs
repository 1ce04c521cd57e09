//! Sessions of browsers: what a request says about one, and what is kept of it. Nothing here does
//! I/O.

pub(crate) mod content;
pub(crate) mod cookies;
pub(crate) mod ended;
pub(crate) mod id;
pub(crate) mod keys;
pub(crate) mod live;
pub(crate) mod manager;
pub(crate) mod names;
pub(crate) mod origin;
pub(crate) mod parts;
pub(crate) mod pauses;
pub(crate) mod read_at;
mod recent;
pub(crate) mod refreshing;
pub(crate) mod return_to;
pub(crate) mod sealed_value;
pub(crate) mod set_cookies;
pub(crate) mod sighting;
pub(crate) mod silent;
pub(crate) mod slot;
pub(crate) mod stored_secret;
#[cfg(test)]
mod tests;
pub(crate) mod token_text;
pub(crate) mod unsaved;
pub(crate) mod visitor;
