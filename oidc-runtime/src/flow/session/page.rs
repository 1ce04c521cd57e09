//! The small pages of the sign-in endpoints.

use crate::answer::Response;
use crate::client::session::SessionsOf;
use crate::html::escape;

/// Leaves the provider's redirect for a page of the application. Browsers do not send cookies that are
/// strict along a redirect that began elsewhere, so those get a page that leads on.
pub(super) fn leave_for(sessions: SessionsOf<'_>, path: &str) -> Response {
    if !sessions.settings.same_site_strict {
        return Response::see_other(path.to_owned());
    }
    let text = escape(path);
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signed in</title>\
         <meta http-equiv=\"refresh\" content=\"0; url={text}\">\
         <p><a href=\"{text}\">Continue</a></p></html>"
    );
    Response::html(200, body)
}

/// Asks before it signs out: a link on another site, or a prefetch, may have led here.
pub(super) fn sign_out(path: &str, return_to: Option<&str>) -> Response {
    let field = return_to.map_or(String::new(), |path| {
        let path = escape(path);
        format!("<input type=\"hidden\" name=\"return_to\" value=\"{path}\">")
    });
    let action = escape(path);
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign out</title>\
         <h1>Sign out</h1><form method=\"post\" action=\"{action}\">{field}\
         <button>Sign out</button></form></html>"
    );
    let mut response = Response::html(200, body);
    // The form has to say that it comes from here.
    response.set("referrer-policy", "same-origin");
    response
}
