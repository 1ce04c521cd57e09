//! What a rejection means to a browser.

use form_urlencoded::Serializer;

use crate::answer::{Browser, Refusal, Rejection, StepUp};
use crate::client::Oidc;
use crate::client::session::SessionsOf;
use crate::request::{Authorization, RequestParts};
use crate::session::visitor::Visitor;

/// What a browser gets instead of the response to a program.
pub(super) fn for_browser(
    client: &Oidc,
    rejection: &Rejection,
    request: &RequestParts<'_>,
) -> Option<Browser> {
    let sessions = client.sessions_of_client()?;
    let paths = &sessions.settings.paths;
    let own = |path: &str| paths.is_endpoint(&format!("{}{path}", paths.base));
    let visitor = Visitor::of(request, &sessions.manager.origins, own);
    let refusal = rejection.refusal();
    match visitor {
        Visitor::Navigation { return_to } if may_sign_in(refusal) => {
            let return_to = format!("{}{return_to}", paths.base);
            Some(Browser::Redirect(login(
                sessions,
                refusal,
                Some(&return_to),
            )))
        }
        Visitor::Navigation { .. } => Some(match &sessions.settings.error_path {
            Some(path) => Browser::Redirect(error_page(&paths.base, path, refusal.code)),
            None => Browser::Page,
        }),
        Visitor::Htmx | Visitor::Program if may_sign_in(refusal) && !has_token(request) => {
            Some(Browser::Login {
                url: login(sessions, refusal, None),
                is_htmx: visitor == Visitor::Htmx,
            })
        }
        Visitor::Htmx | Visitor::Program => None,
    }
}

/// Whether signing in, or signing in anew, would help.
fn may_sign_in(refusal: &Refusal) -> bool {
    refusal.step_up.is_some() || matches!(refusal.code, "credentials_missing" | "session_required")
}

fn has_token(request: &RequestParts<'_>) -> bool {
    request.authorization() != Authorization::None
}

/// The address of the login, which leads back to the page.
fn login(sessions: SessionsOf<'_>, refusal: &Refusal, return_to: Option<&str>) -> String {
    let mut query = Serializer::new(String::new());
    if let Some(StepUp {
        acr_values,
        max_age,
    }) = &refusal.step_up
    {
        if !acr_values.is_empty() {
            query.append_pair("acr_values", acr_values);
        }
        if let Some(seconds) = max_age {
            query.append_pair("max_age", &seconds.to_string());
        }
    }
    if let Some(path) = return_to {
        query.append_pair("return_to", path);
    }
    let (login, query) = (&sessions.settings.paths.login, query.finish());
    if query.is_empty() {
        login.clone()
    } else {
        format!("{login}?{query}")
    }
}

pub(crate) fn error_page(base: &str, path: &str, code: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{base}{path}{separator}code={code}")
}
