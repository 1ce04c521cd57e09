//! An application with browser sessions on either framework, a provider, and browsers of its users.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod jar;
pub(crate) mod site;
pub(crate) mod store;
