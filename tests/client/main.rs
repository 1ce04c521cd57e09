//! The client for terminals: it signs people in to our applications and to those of the reference
//! implementation, at each provider.

mod applications;
mod bearer;
mod chromium;
mod code_flow;
mod contended;
mod device_flow;
mod hostile;
mod loopback;
mod middleware;
mod polling;
mod ports;
mod processes;
mod renewal;
mod revoked;
mod scripted;
mod service;
mod service_accounts;
mod stores;
mod unwritable;
#[path = "../it/support"]
#[allow(dead_code, reason = "the other tests need more of it")]
mod support {
    pub(crate) mod browser;
    pub(crate) mod contract;
    pub(crate) mod either_provider;
    mod html;
    pub(crate) mod install;
    pub(crate) mod process;
    pub(crate) mod provider;
    pub(crate) mod user_agent;
}
