//! The claims of a session from the userinfo endpoint.

use serde_json::{Map, Value};

use super::SessionsOf;
use crate::config::Userinfo;
use crate::protocol::{ProtocolError, fetch_userinfo};
use crate::provider::Snapshot;

/// The claims that a page shows, by the scope that asks for them (OpenID Connect Core §5.4).
const SHOWN: [(&str, &str); 2] = [("profile", "name"), ("email", "email")];

impl SessionsOf<'_> {
    /// The response of the userinfo endpoint, if it has to be asked: `scopes` is what was requested, and
    /// `known` the claims of the tokens.
    pub(crate) async fn userinfo(
        self,
        provider: &Snapshot,
        access_token: &str,
        scopes: &str,
        subject: &str,
        known: &Map<String, Value>,
    ) -> Result<Option<String>, ProtocolError> {
        let mode = self.settings.userinfo;
        let is_wanted = match mode {
            Userinfo::Never => false,
            Userinfo::Always => true,
            Userinfo::Missing => lacks_claims(scopes, known),
        };
        if !is_wanted {
            return Ok(None);
        }
        let party = self.oidc.relying_party();
        let found = fetch_userinfo(&party, provider, access_token, subject).await;
        match (found, mode) {
            (Ok(Some(claims)), _) => Ok(serde_json::to_string(&claims).ok()),
            (Ok(None), Userinfo::Always) => Err(ProtocolError::UnusableResponse(
                "userinfo_status_unexpected",
            )),
            (Ok(None), _) => Ok(None),
            // Claims about somebody else are an attack or a grave mistake.
            (Err(error @ ProtocolError::SubjectMismatch), _)
            | (Err(error @ ProtocolError::UnusableResponse(_)), Userinfo::Always) => Err(error),
            (Err(_), Userinfo::Always) => {
                Err(ProtocolError::UnusableResponse("userinfo_unavailable"))
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
fn lacks_claims(scopes: &str, known: &Map<String, Value>) -> bool {
    SHOWN.iter().any(|(scope, claim)| {
        scopes.split(' ').any(|asked| asked == *scope) && !known.contains_key(*claim)
    })
}
