//! The files of the page, built into the program, and the headers that keep it safe.

/// The page: served at `/`, and at the address to which the provider sends people back.
pub(crate) const INDEX: &str = include_str!("../page/index.html");

/// A file that the page loads, with its content type.
pub(crate) fn asset(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "application.js" => ("text/javascript", include_str!("../page/application.js")),
        "app.js" => ("text/javascript", include_str!("../page/app.js")),
        "providers.js" => ("text/javascript", include_str!("../page/providers.js")),
        "routes.js" => ("text/javascript", include_str!("../page/routes.js")),
        "device.js" => ("text/javascript", include_str!("../page/device.js")),
        "session.js" => ("text/javascript", include_str!("../page/session.js")),
        "tokens.js" => ("text/javascript", include_str!("../page/tokens.js")),
        "style.css" => ("text/css", include_str!("../page/style.css")),
        "icon.svg" => ("image/svg+xml", include_str!("../page/icon.svg")),
        _ => return None,
    })
}

/// For every response. Tokens live in the page, so nothing but its own files may run in it, no
/// other page may frame it, and its address (which holds the code of a sign-in for a moment) is
/// not sent anywhere.
pub(crate) const SECURITY_HEADERS: [(&str, &str); 4] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
];
