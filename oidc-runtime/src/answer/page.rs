//! The error page of browsers.

use super::refusal::Refusal;
use crate::html::{escape, escape_the_rest};

/// A small page without scripts, styles or anything from elsewhere. Its link leads to `again`.
pub(super) fn page(refusal: &Refusal, again: &str) -> String {
    let title = match refusal.status {
        401 => "You are not signed in",
        403 => "You do not have access",
        503 => "Please try again later",
        _ => "Something went wrong",
    };
    // What the provider said is escaped in every form of the response.
    let description = escape_the_rest(&refusal.description);
    let code = escape(refusal.code);
    let again = escape(again);
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{description}</p><p><code>{code}</code></p>\
         <p><a href=\"{again}\">Try again</a></p></html>"
    )
}
