//! The session of a request, as handlers see it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::change::{Changed, KeepError};
use super::end::EndCause;
use super::error::SessionError;
use crate::client::Oidc;
use crate::clock::time_of;
use crate::session::content::Content;
use crate::session::id::SessionId;
use crate::session::live::{LiveSession, Place};
use crate::session::manager::Unkeepable;
use crate::session::slot::{CookieEffect, SessionSlot};
use crate::token::BearerToken;

/// How much data of the application a session may hold: in a cookie, and in a store.
const MAX_DATA_IN_COOKIE: usize = 1024;
const MAX_DATA_IN_STORE: usize = 64 * 1024;

/// The session of a request, as an argument of a handler.
///
/// It demands a session: a caller with a bearer token gets 401 with the code `session_required`.
/// `Option<Session>` is `None` for them.
///
/// It holds one value of the application's type, for small things such as a language or a draft:
/// at most 1 KiB of JSON in cookies and 64 KiB in a store.
///
/// ```
/// use oidc::{Session, SessionError};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Visits {
///     count: u32,
/// }
///
/// #[oidc::required]
/// async fn count(session: Session) -> Result<String, SessionError> {
///     let count = session
///         .update(|visits: &mut Visits| {
///             visits.count += 1;
///             visits.count
///         })
///         .await?;
///     Ok(format!("visit {count}"))
/// }
/// ```
pub struct Session {
    oidc: Oidc,
    slot: SessionSlot,
    live: Mutex<Arc<LiveSession>>,
}

impl Session {
    pub(crate) fn new(oidc: Oidc, slot: SessionSlot, live: Arc<LiveSession>) -> Self {
        let live = Mutex::new(live);
        Self { oidc, slot, live }
    }

    /// Its name, for lists and logs. It is not what is in the cookie.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.live().id.clone()
    }

    /// When the user signed in, to the second.
    #[must_use]
    pub fn signed_in_at(&self) -> SystemTime {
        time_of(self.live().content.signed_in_at)
    }

    /// When the session ends if it is not used any more.
    #[must_use]
    pub fn idle_ends_at(&self) -> SystemTime {
        time_of(self.live().idle_until)
    }

    /// When the session ends in any case.
    #[must_use]
    pub fn ends_at(&self) -> SystemTime {
        time_of(self.live().content.ends_at)
    }

    /// The access token, valid for at least 30 seconds more if it can be renewed. For handlers that
    /// run long; others take a [`BearerToken`] as an argument.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`] if it is over and cannot be renewed at the moment,
    /// [`SessionError::Ended`] if the provider refuses to renew it.
    pub async fn access_token(&self) -> Result<BearerToken, SessionError> {
        let live = match self.oidc.with_valid_token(self.live()).await {
            Ok(live) => live,
            Err(error) => {
                if let SessionError::Ended(_) = error {
                    self.set_cookie(CookieEffect::Remove);
                }
                return Err(error);
            }
        };
        let token = live.content.tokens.access_token.text();
        self.renewed(live);
        let token = token.ok_or(SessionError::Unavailable)?;
        Ok(BearerToken::of_session(token.into()))
    }

    /// The application's value; `None` if none was stored.
    ///
    /// # Errors
    /// [`SessionError::Data`] if what is stored is not a `T`.
    pub fn get<T: DeserializeOwned>(&self) -> Result<Option<T>, SessionError> {
        let live = self.live();
        let data = live.content.data.as_deref();
        data.map(serde_json::from_str)
            .transpose()
            .map_err(Into::into)
    }

    /// Changes the application's value, beginning with the default one. If others change it at the
    /// same time, the function runs again on top of their change, so it must have no other effects.
    ///
    /// # Errors
    /// [`SessionError::TooLarge`], [`SessionError::Ended`] if the user has signed out meanwhile,
    /// [`SessionError::Unavailable`] if the store does not respond, or [`SessionError::Data`].
    pub async fn update<T, R>(
        &self,
        mut change: impl FnMut(&mut T) -> R + Send,
    ) -> Result<R, SessionError>
    where
        T: Default + Serialize + DeserializeOwned,
        R: Send,
    {
        let Some(sessions) = self.oidc.sessions_of_client() else {
            return Err(self.oidc.session_ended());
        };
        let outcome = Mutex::new((None, None));
        let apply = {
            let change = Mutex::new(&mut change);
            let outcome = &outcome;
            move |content: &Content| {
                let mut change = change.lock().unwrap_or_else(PoisonError::into_inner);
                let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
                match changed(content, &mut **change, sessions.max_data()) {
                    Ok((content, result)) => {
                        *outcome = (Some(result), None);
                        Ok(Some(content))
                    }
                    Err(error) => {
                        outcome.1 = Some(error);
                        Ok(None)
                    }
                }
            }
        };
        let changed = sessions.change(&self.live(), None, apply).await;
        let (result, error) = outcome.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = error {
            return Err(error);
        }
        match changed {
            Ok(Changed::To(live)) => {
                self.renewed(live);
                result.ok_or_else(|| self.oidc.session_ended())
            }
            // The cookie may be that of the user's next session already.
            Ok(Changed::Gone) => Err(self.oidc.session_ended()),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the session here: the response removes the cookie, and the refresh token is revoked. The
    /// user stays signed in at the provider; `logout` signs them out there as well.
    ///
    /// # Errors
    /// [`SessionError::Unavailable`] if the store does not respond.
    pub async fn end(&self) -> Result<(), SessionError> {
        let Some(sessions) = self.oidc.sessions_of_client() else {
            return Ok(());
        };
        let live = sessions.newest(&self.live());
        let ended = sessions.end(&live, EndCause::SignedOut).await;
        ended.map_err(|_| SessionError::Unavailable)?;
        sessions.revoke(live.content.tokens.refresh_text().as_deref());
        self.set_cookie(CookieEffect::Remove);
        Ok(())
    }

    fn live(&self) -> Arc<LiveSession> {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&live)
    }

    /// Goes on with a form of the session that may be newer, which its cookie has to follow.
    fn renewed(&self, live: Arc<LiveSession>) {
        let mut current = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Place::Cookie(_) = live.place
            && !Arc::ptr_eq(&current, &live)
        {
            self.set_cookie(CookieEffect::Send(Arc::clone(&live)));
        }
        *current = live;
    }

    fn set_cookie(&self, effect: CookieEffect) {
        self.slot.change(|effects| effects.cookie = effect);
    }
}

/// The content with the changed value, and what the change returned.
fn changed<T, R>(
    content: &Content,
    change: &mut impl FnMut(&mut T) -> R,
    max_data: usize,
) -> Result<(Content, R), SessionError>
where
    T: Default + Serialize + DeserializeOwned,
{
    let mut value: T = match &content.data {
        Some(json) => serde_json::from_str(json)?,
        None => T::default(),
    };
    let result = change(&mut value);
    let data = serde_json::to_string(&value)?;
    if data.len() > max_data {
        return Err(SessionError::TooLarge);
    }
    let content = Content {
        data: Some(data),
        ..content.clone()
    };
    Ok((content, result))
}

impl super::SessionsOf<'_> {
    /// How many bytes of data a session may hold.
    pub(super) fn max_data(self) -> usize {
        match self.settings.store {
            Some(_) => MAX_DATA_IN_STORE,
            None => MAX_DATA_IN_COOKIE,
        }
    }
}

impl From<KeepError> for SessionError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Unkeepable(Unkeepable::TooLarge) => Self::TooLarge,
            KeepError::Unkeepable(Unkeepable::NoRandomness) | KeepError::Store(_) => {
                Self::Unavailable
            }
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
