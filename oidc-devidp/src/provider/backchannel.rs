//! Logout tokens, and their way to the clients (OpenID Connect Back-Channel Logout 1.0).

use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::outgoing::http_client;
use super::state::Provider;
use super::store::Session;
use crate::config::Client;
use crate::jwt::{self, Signature};
use crate::random;
use crate::sync::lock;

/// §2.4: preferably at most two minutes.
const LIFETIME: u64 = 120;

/// A logout token that has still to be sent.
pub(crate) struct Notice {
    client_id: String,
    uri: String,
    token: String,
}

/// What a client responded to its logout token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutDelivery {
    /// The client.
    pub client_id: String,
    /// The status of its response, or `None` without one: nothing listens at its
    /// `backchannel_logout_uri`, or it took more than 5 seconds.
    pub status: Option<u16>,
}

impl Provider {
    /// Ends a session by its `sid`, and returns what has to be sent to the clients of it.
    pub(crate) fn end_session_of(&self, sid: &str) -> Vec<Notice> {
        let now = self.clock.seconds();
        let ended = lock(&self.store).end_session(sid, now);
        let clients = ended.iter().flat_map(|session| &session.clients);
        let clients = clients.filter_map(|client_id| self.config.client(client_id));
        clients
            .filter_map(|client| self.notice(client, ended.as_ref()?))
            .collect()
    }

    /// The claims of a logout token (§2.4) that is issued now.
    pub(crate) fn logout_claims(&self, client_id: &str, sub: &str) -> Map<String, Value> {
        let now = self.clock.seconds();
        let claims = [
            ("iss", json!(self.issuer)),
            ("aud", json!(client_id)),
            ("iat", json!(now)),
            ("exp", json!(now + LIFETIME)),
            ("jti", json!(random::id())),
            ("sub", json!(sub)),
            (
                "events",
                json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
            ),
        ];
        let claims = claims.into_iter();
        claims
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    fn notice(&self, client: &Client, session: &Session) -> Option<Notice> {
        let uri = client.backchannel_logout_uri.clone()?;
        let mut claims = self.logout_claims(&client.client_id, &session.sub);
        if client.backchannel_logout_session_required.unwrap_or(true) {
            claims.insert("sid".to_owned(), json!(session.sid));
        }
        let entry = lock(&self.keys).signing(self.config.algorithm);
        let header = json!({ "typ": "logout+jwt", "alg": entry.algorithm, "kid": entry.kid });
        let signature = Signature::Key(entry.key, entry.algorithm);
        Some(Notice {
            client_id: client.client_id.clone(),
            uri,
            token: jwt::encode(&header, &claims.into(), &signature),
        })
    }
}

/// Sends all at once, and waits for the responses (§2.5).
pub(crate) async fn deliver(notices: Vec<Notice>) -> Vec<LogoutDelivery> {
    if notices.is_empty() {
        return Vec::new();
    }
    let Ok(http) = http_client().build() else {
        tracing::error!("no logout token can be sent: there is no HTTP client");
        return Vec::new();
    };
    let sending = notices.into_iter().map(|notice| send(http.clone(), notice));
    let mut deliveries = sending.collect::<JoinSet<_>>().join_all().await;
    deliveries.sort_by(|one, other| one.client_id.cmp(&other.client_id));
    deliveries
}

async fn send(http: reqwest::Client, notice: Notice) -> LogoutDelivery {
    let Notice {
        client_id,
        uri,
        token,
    } = notice;
    let request = http.post(uri).form(&[("logout_token", token)]);
    let response = request.send().await;
    let status = response.map(|response| response.status().as_u16());
    match &status {
        // §2.8, and 204 for frameworks that make one of an empty response.
        Ok(200 | 204) => {}
        Ok(status) => tracing::warn!(client_id, status, "a client refused its logout token"),
        Err(error) => tracing::warn!(client_id, %error, "a client did not get its logout token"),
    }
    LogoutDelivery {
        client_id,
        status: status.ok(),
    }
}
