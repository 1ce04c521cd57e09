//! The session with which a browser comes to a sign-in endpoint.

use std::sync::Arc;

use crate::client::session::SessionsOf;
use crate::flow::error::FlowError;
use crate::request::RequestParts;
use crate::session::live::LiveSession;
use crate::session::sighting::Sighting;
use crate::session::slot::{CookieEffect, SessionSlot};

/// The living session of the request. A cookie that is none is removed with the response.
pub(super) async fn current(
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> Result<Option<Arc<LiveSession>>, FlowError> {
    match sessions.sight_later(request).await? {
        Sighting::Live(live, _) => Ok(Some(live)),
        Sighting::Dead(_) => {
            note(request, CookieEffect::Remove);
            Ok(None)
        }
        Sighting::None | Sighting::Stored(_) => Ok(None),
    }
}

/// The response itself sets or removes the session cookie.
pub(super) fn sets_cookie(request: &RequestParts<'_>) {
    note(request, CookieEffect::Done);
}

fn note(request: &RequestParts<'_>, effect: CookieEffect) {
    if let Some(slot) = request.extension::<SessionSlot>() {
        slot.change(|effects| effects.cookie = effect);
    }
}
