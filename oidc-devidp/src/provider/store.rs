//! What the provider remembers between requests.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use super::authorization_request::AuthorizationRequest;
use super::grant::Grant;
use super::opaque::OpaqueTokens;
use super::registry::Registry;

/// Everything the provider remembers between requests. Full of secrets, hence nothing has `Debug`.
#[derive(Default)]
pub(crate) struct Store {
    /// Clients that registered themselves.
    pub(super) registered: Registry,
    /// Clients whose metadata documents were read.
    pub(super) documents: Registry,
    /// Authorization requests that wait for a user, by the secret in the page's form.
    pub(super) interactions: HashMap<String, Interaction>,
    /// Sessions by the value of the cookie.
    pub(super) sessions: HashMap<String, Session>,
    /// Who consented to offline access, as client and `sub`.
    pub(super) offline_consents: HashSet<(String, String)>,
    pub(super) codes: HashMap<String, Code>,
    pub(super) refresh_tokens: HashMap<String, RefreshToken>,
    pub(super) devices: HashMap<String, Device>,
    /// When the assertions expire that clients authenticated with, by client and `jti`.
    used_assertions: HashMap<(String, String), u64>,
    /// Which grant an access token stems from, by its `jti`.
    pub(super) access_tokens: HashMap<String, String>,
    /// Grants, and access tokens by their `jti`.
    revoked: HashSet<String>,
    pub(super) opaque_tokens: OpaqueTokens,
}

pub(super) struct Interaction {
    pub(super) request: AuthorizationRequest,
    /// The session whose user only has to consent.
    pub(super) session: Option<Session>,
}

#[derive(Clone)]
pub(super) struct Session {
    pub(super) sub: String,
    pub(super) auth_time: u64,
    pub(super) acr: String,
    pub(super) sid: String,
    pub(super) expires: u64,
    /// Who got a code within it.
    pub(super) clients: BTreeSet<String>,
}

pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) expires: u64,
    pub(super) redeemed: bool,
}

#[derive(Clone)]
pub(super) struct RefreshToken {
    pub(super) grant: Grant,
    pub(super) expires: u64,
    /// When a refresh first spent it.
    pub(super) spent: Option<u64>,
}

pub(super) struct Device {
    pub(super) client_id: String,
    pub(super) scopes: Vec<String>,
    pub(super) audience: Vec<String>,
    /// Without its hyphen.
    pub(super) user_code: String,
    /// Proves that a form comes from our page.
    pub(super) form_secret: String,
    pub(super) expires: u64,
    pub(super) interval: u64,
    pub(super) last_poll: Option<Duration>,
    pub(super) decision: Decision,
}

pub(super) enum Decision {
    Pending,
    Approved(Box<Grant>),
    Denied,
}

impl Store {
    /// A refresh token whose grant is not revoked.
    pub(super) fn refresh_token(&mut self, token: &str) -> Option<&mut RefreshToken> {
        let record = self.refresh_tokens.get_mut(token)?;
        (!self.revoked.contains(&record.grant.id)).then_some(record)
    }

    /// A session by its `sid` that has not expired.
    pub(super) fn session(&mut self, sid: &str, now: u64) -> Option<&mut Session> {
        let mut sessions = self.sessions.values_mut();
        sessions.find(|session| session.sid == sid && now < session.expires)
    }

    /// Removes a session, and returns it unless it has expired.
    pub(super) fn end_session(&mut self, sid: &str, now: u64) -> Option<Session> {
        let mut ended = self.sessions.extract_if(|_, session| session.sid == sid);
        let (_, session) = ended.next()?;
        (now < session.expires).then_some(session)
    }

    /// Whether the session that a grant came of goes on. A device has none (RFC 8628).
    pub(super) fn goes_on(&mut self, grant: &Grant, now: u64) -> bool {
        let sid = grant.sid.as_deref();
        sid.is_none_or(|sid| self.session(sid, now).is_some())
    }

    /// Revokes an access token by its `jti`, or every token of a grant.
    pub(super) fn revoke(&mut self, id: String) {
        self.revoked.insert(id);
    }

    pub(super) fn is_revoked(&self, jti: &str) -> bool {
        let grant = self.access_tokens.get(jti);
        self.revoked.contains(jti) || grant.is_some_and(|grant| self.revoked.contains(grant))
    }

    /// Notes that an assertion is used, and returns whether it is for the first time.
    pub(super) fn use_assertion(
        &mut self,
        client_id: &str,
        jti: &str,
        expires: u64,
        now: u64,
    ) -> bool {
        self.used_assertions.retain(|_, expires| *expires > now);
        let id = (client_id.to_owned(), jti.to_owned());
        self.used_assertions.insert(id, expires).is_none()
    }

    /// A device that still waits for a decision, by the code as the user typed it.
    pub(super) fn waiting_device(&mut self, user_code: &str, now: u64) -> Option<&mut Device> {
        let typed: String = user_code
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_uppercase())
            .collect();
        self.devices.values_mut().find(|device| {
            device.user_code == typed
                && now < device.expires
                && matches!(device.decision, Decision::Pending)
        })
    }
}
