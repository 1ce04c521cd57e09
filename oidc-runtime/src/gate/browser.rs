//! What a rejection means to a browser.

use form_urlencoded::Serializer;

use crate::answer::{Browser, Refusal, Rejection, StepUp};
use crate::client::Oidc;
use crate::client::session::SessionsOf;
use crate::config::SessionSettings;
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
    let own = |path: &str| paths.is_endpoint(path);
    let visitor = Visitor::of(request, &sessions.manager.origins, own);
    let refusal = rejection.refusal();
    match visitor {
        Visitor::Navigation { return_to } if may_sign_in(refusal) => Some(Browser::Redirect(
            login(sessions, refusal, Some(&return_to)),
        )),
        Visitor::Navigation { .. } => Some(error_page(
            sessions.settings,
            request,
            refusal.status,
            refusal.code,
            String::new(),
        )),
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

/// The application's own error page, or else ours: for an outage, whose status and `Retry-After` count,
/// and for the application's page itself, which would be asked for again and again. A link on ours leads
/// to `again`.
pub(crate) fn error_page(
    settings: &SessionSettings,
    request: &RequestParts<'_>,
    status: u16,
    code: &str,
    again: String,
) -> Browser {
    let is_here = |page: &str| page.split('?').next() == Some(request.path());
    match &settings.error_path {
        Some(page) if status != 503 && !is_here(page) => {
            let separator = if page.contains('?') { '&' } else { '?' };
            let base = &settings.paths.base;
            Browser::Redirect(format!("{base}{page}{separator}code={code}"))
        }
        _ => Browser::Page { again },
    }
}
