//! What the tests share.

mod app;
mod command;
mod site;

pub(crate) use app::{App, EXACT};
pub(crate) use command::{Home, Output, Running};
pub(crate) use site::site;
