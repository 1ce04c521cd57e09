//! The browser of the desktop.

use webbrowser::{Browser, BrowserOptions, open_browser_with_options};

/// It may fail without a word, so the address is shown as well.
pub(super) fn open(address: &str) {
    let mut options = BrowserOptions::new();
    options.with_suppress_output(true);
    if let Err(error) = open_browser_with_options(Browser::Default, address, &options) {
        tracing::debug!(%error, "no browser can be opened");
    }
}

pub(super) fn show(address: &str) {
    eprintln!(
        "To sign in, use the browser that opens, or open this address on this machine:\n\n    {address}\n"
    );
}
