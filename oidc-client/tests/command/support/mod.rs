//! What the tests share.

mod app;
mod command;
mod site;

pub(crate) use app::{App, EXACT};
pub(crate) use command::{Home, Output, Running};
pub(crate) use site::site;

/// A server that somebody has signed in to.
pub(crate) async fn signed_in(user: &str) -> (App, Home) {
    let (app, home) = (App::start().await, Home::new());
    home.sign_in(&app, user).await;
    (app, home)
}
