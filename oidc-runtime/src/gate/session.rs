//! The session of a request, for extractors.

use std::time::Duration;

use super::identify::rejection;
use super::outcome::OutcomeStore;
use super::report;
use crate::answer::Rejection;
use crate::client::Oidc;
use crate::client::session::{Session, SessionError};
use crate::request::RequestParts;
use crate::session::sighting::Sighting;
#[cfg(feature = "axum")]
use crate::token::Principal;
use crate::token::{BearerToken, Via};

/// When a client may try again after a refresh failed.
const TOKEN_PAUSE: Duration = Duration::from_secs(5);

impl Oidc {
    /// The session of the request, for extractors that require one.
    pub(crate) async fn session(
        &self,
        request: &mut impl OutcomeStore,
    ) -> Result<Session, Rejection> {
        let user = self.user(request, None).await?;
        if user.via() == Via::Bearer {
            let rejection = Rejection::session_required(&self.config().challenges);
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
        if let Some(live) = sessions.again(request, &slot, self.now_seconds()) {
            return Ok(Some(Session::new(self.clone(), slot, live)));
        }
        let sighting = sessions.sight_later(request).await.map_err(rejection)?;
        Ok(match sighting {
            Sighting::Live(live, _) => Some(Session::new(self.clone(), slot, live)),
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
            SessionError::Ended(_) => self.missing().clone(),
            _ => Rejection::token_unavailable(TOKEN_PAUSE),
        }
    }
}

impl SessionError {
    /// The response to a request whose handler returns this error, which is logged like every other.
    #[cfg(any(feature = "axum", feature = "actix-web"))]
    pub(crate) fn rejection(&self) -> Rejection {
        let rejection = Rejection::from(self);
        super::log(rejection.refusal(), None, None, "request");
        rejection
    }
}

impl From<&SessionError> for Rejection {
    fn from(error: &SessionError) -> Self {
        match error {
            SessionError::Ended(rejection) => rejection.clone(),
            _ => Self::of_session(error.status(), error.code(), error.to_string()),
        }
    }
}
