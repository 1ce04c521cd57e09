//! The error page of browsers.

use super::refusal::Refusal;

/// A small page without scripts, styles or anything from elsewhere. Its link leads to `again`.
pub(super) fn page(refusal: &Refusal, again: &str) -> String {
    let title = match refusal.status {
        401 => "You are not signed in",
        403 => "You do not have access",
        503 => "Please try again later",
        _ => "Something went wrong",
    };
    let (description, code) = (escape(&refusal.description), escape(refusal.code));
    let again = escape(again);
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{description}</p><p><code>{code}</code></p>\
         <p><a href=\"{again}\">Try again</a></p></html>"
    )
}

/// Text for HTML, in elements and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
