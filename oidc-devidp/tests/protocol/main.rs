//! The protocol over real HTTP, as an application sees it.

mod acr;
mod app;
mod authorize;
mod backchannel;
mod client_auth;
mod client_document;
mod cors;
mod device;
mod discovery;
mod end_session;
mod host;
mod introspection;
mod issuers;
mod opaque;
mod preset;
mod refresh;
mod registration;
mod resource;
mod revocation;
mod scope;
mod session;
mod tamper;
mod token;
