//! The browser of the desktop.

use webbrowser::{Browser, BrowserOptions, open_browser_with_options};

/// Returns whether one was started.
pub(super) fn open(address: &str) -> bool {
    let mut options = BrowserOptions::new();
    options.with_suppress_output(true);
    open_browser_with_options(Browser::Default, address, &options).is_ok()
}

pub(super) fn show(address: &str) {
    eprintln!("To sign in, open this address in a browser on this machine:\n\n    {address}\n");
}
