//! The claims of a session from the userinfo endpoint.

use serde_json::{Map, Value};

use super::SessionsOf;
use crate::config::Userinfo;
use crate::protocol::{ProtocolError, TokenResponse, fetch_userinfo};
use crate::provider::Snapshot;

/// The claims of the scopes `profile` and `email` that a page shows (OpenID Connect Core §5.4).
const OF_PROFILE: [&str; 2] = ["name", "preferred_username"];
const OF_EMAIL: [&str; 1] = ["email"];

impl SessionsOf<'_> {
    /// The response of the userinfo endpoint, if it has to be asked: `scope` is what was requested, and
    /// `known` the claims of the tokens.
    pub(crate) async fn userinfo(
        self,
        provider: &Snapshot,
        response: &TokenResponse,
        scope: &str,
        subject: &str,
        known: &Map<String, Value>,
    ) -> Result<Option<String>, ProtocolError> {
        let mode = self.settings.userinfo;
        let is_wanted = match mode {
            Userinfo::Never => false,
            Userinfo::Always => true,
            Userinfo::Missing => lacks_claims(scope, known),
        };
        if !is_wanted {
            return Ok(None);
        }
        let party = self.oidc.relying_party();
        let found = fetch_userinfo(&party, provider, response.access_token(), subject).await;
        match (found, mode) {
            (Ok(Some(claims)), _) => Ok(serde_json::to_string(&claims).ok()),
            (Ok(None), Userinfo::Always) => Err(ProtocolError::UnusableResponse(
                "userinfo_status_unexpected",
            )),
            (Ok(None), _) => Ok(None),
            // Claims about somebody else are an attack or a grave mistake.
            (Err(error @ ProtocolError::SubjectMismatch), _) | (Err(error), Userinfo::Always) => {
                Err(error)
            }
            (Err(error), _) => {
                tracing::info!(
                    "the userinfo endpoint could not be used: {}",
                    error.summary()
                );
                Ok(None)
            }
        }
    }
}

/// Whether claims were asked for that no token has.
fn lacks_claims(scope: &str, known: &Map<String, Value>) -> bool {
    let asks_for = |wanted: &str| scope.split(' ').any(|scope| scope == wanted);
    let lacks_all = |names: &[&str]| !names.iter().any(|name| known.contains_key(*name));
    asks_for("profile") && lacks_all(&OF_PROFILE) || asks_for("email") && lacks_all(&OF_EMAIL)
}
