//! Keeps a browser that is not signed in at the provider from being asked silently again and again.

use super::names::CookieNames;
use crate::request::RequestParts;

/// For how long, in seconds.
const PAUSE: u32 = 60;

/// Whether the browser was asked a moment ago.
pub(crate) fn was_asked(names: &CookieNames, request: &RequestParts<'_>) -> bool {
    let wanted = format!("{}.asked=1", names.first());
    let fields = request.fields("cookie");
    let mut pairs = fields.flat_map(|field| field.split(|byte| *byte == b';'));
    pairs.any(|pair| pair.trim_ascii() == wanted.as_bytes())
}

/// The `Set-Cookie` field that remembers it.
pub(crate) fn set_cookie(names: &CookieNames) -> String {
    let secure = if names.secure() { "; Secure" } else { "" };
    format!(
        "{}.asked=1; HttpOnly; SameSite=Lax{secure}; Path=/; Max-Age={PAUSE}",
        names.first()
    )
}
