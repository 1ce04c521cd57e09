//! The running parts. A missing tool fails the test that needs it, with what to install.

pub(crate) mod bench;
pub(crate) mod browser;
pub(crate) mod contract;
pub(crate) mod either_provider;
mod html;
pub(crate) mod install;
pub(crate) mod logs;
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod python;
pub(crate) mod reply;
pub(crate) mod secrets;
pub(crate) mod servers;
pub(crate) mod user_agent;
