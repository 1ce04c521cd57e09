//! What a session means to the gate, and what a rejection means to a browser.

use std::sync::Arc;

use form_urlencoded::Serializer;

use crate::answer::{Browser, Refusal, Rejection, StepUp};
use crate::client::session::{Caller, SessionFailure, SessionsOf};
use crate::client::{Authentication, Oidc};
use crate::request::RequestParts;
use crate::session::visitor::Visitor;

pub(super) fn authentication(caller: Result<Caller, SessionFailure>) -> Authentication {
    match caller {
        Ok(Caller::Anonymous) => Ok(None),
        Ok(Caller::Session(live)) => Ok(Some(Arc::clone(&live.user))),
        Err(failure) => Err(rejection(failure)),
    }
}

pub(crate) fn rejection(failure: SessionFailure) -> Rejection {
    match failure {
        SessionFailure::CrossOrigin(problem) => Rejection::cross_origin(problem.to_string()),
        SessionFailure::StoreUnavailable => Rejection::store_unavailable(),
        SessionFailure::LayerMissing => Rejection::sessions_layer_missing(),
    }
}

/// What a browser gets instead of the response to a program.
pub(super) fn for_browser(
    client: &Oidc,
    rejection: &Rejection,
    request: &RequestParts<'_>,
) -> Option<Browser> {
    let sessions = client.sessions_of_client()?;
    let paths = &sessions.settings.paths;
    let own = |path: &str| {
        let whole = format!("{}{path}", paths.base);
        paths.all.contains(&whole)
    };
    let visitor = Visitor::of(request, &sessions.manager.origins, None, own);
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
    request.authorization() != crate::request::Authorization::None
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
