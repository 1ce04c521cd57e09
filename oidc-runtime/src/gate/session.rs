//! What a session means to the gate, and what a rejection means to a browser.

use std::sync::Arc;
use std::time::Duration;

use form_urlencoded::Serializer;

use super::outcome::OutcomeStore;
use super::report;

use crate::answer::{Browser, Refusal, Rejection, StepUp};
use crate::client::session::{Caller, Session, SessionError, SessionFailure, SessionsOf};
use crate::client::{Authentication, Oidc};
use crate::request::RequestParts;
use crate::session::manager::Sighting;
use crate::session::visitor::Visitor;
#[cfg(feature = "axum")]
use crate::token::Principal;
use crate::token::{BearerToken, Via};

/// When a client may try again after a refresh failed.
const TOKEN_PAUSE: Duration = Duration::from_secs(5);

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

impl Oidc {
    /// The session of the request, for extractors that require one.
    pub(crate) async fn session(
        &self,
        request: &mut impl OutcomeStore,
    ) -> Result<Session, Rejection> {
        let user = self.user(request, None).await?;
        if user.via() == Via::Bearer {
            let rejection = Rejection::session_required(&self.config().realm);
            report(rejection.refusal(), None, &request.parts());
            return Err(self.worded(rejection, None, &request.parts()));
        }
        let found = self.session_of(&request.parts()).await;
        found?.ok_or_else(|| self.worded(self.missing().clone(), None, &request.parts()))
    }

    /// The same for handlers that serve others as well.
    #[cfg(feature = "axum")]
    pub(crate) async fn session_if_any(&self, request: &mut impl OutcomeStore) -> Option<Session> {
        let user = self.caller(request).await.ok()?.map(Principal::new)?;
        match user.via() {
            Via::Session => self.session_of(&request.parts()).await.ok()?,
            Via::Bearer => None,
        }
    }

    async fn session_of(&self, request: &RequestParts<'_>) -> Result<Option<Session>, Rejection> {
        let (Some(sessions), Some(slot)) = (self.sessions_of_client(), request.extension()) else {
            return Ok(None);
        };
        let sighting = sessions.sight_later(request).await.map_err(rejection)?;
        Ok(match sighting {
            Sighting::Live(live) => Some(Session::new(self.clone(), slot, live)),
            _ => None,
        })
    }

    pub(crate) async fn token_of_session(
        &self,
        request: &mut impl OutcomeStore,
    ) -> Result<BearerToken, Rejection> {
        let session = self.session(request).await?;
        session.access_token().await.map_err(|error| {
            let rejection = self.rejection_of(&error);
            report(rejection.refusal(), None, &request.parts());
            self.worded(rejection, None, &request.parts())
        })
    }

    fn rejection_of(&self, error: &SessionError) -> Rejection {
        match error {
            SessionError::Ended => self.missing().clone(),
            _ => Rejection::token_unavailable(TOKEN_PAUSE),
        }
    }
}

impl From<&SessionError> for Rejection {
    fn from(error: &SessionError) -> Self {
        let text = match error.status() {
            401 => "unauthorized",
            503 => "temporarily_unavailable",
            _ => "server_error",
        };
        Self::of_session(error.status(), error.code(), text, error.to_string())
    }
}
