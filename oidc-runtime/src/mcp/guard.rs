//! The steps of a request to an MCP server.
//!
//! Each step sees only what the steps before it have let through: the origin, the credentials and the
//! base policy by the head alone, then the body, then the rule of the tool that the body calls.

use std::time::Duration;

use super::agreement::agree;
use super::body::{self, BodyUse};
use super::message::Message;
use super::origin::{CorsFields, Origin, Origins, PREFLIGHT, is_preflight};
use super::refusal::{McpRefusal, MessageError};
use super::session::{self, SessionId};
use super::tools::{ToolRule, Tools};
use crate::answer::{Rejection, Response};
use crate::client::{Credentials, Oidc};
use crate::gate::{OutcomeStore, report};
use crate::policy::PolicySpec;
use crate::request::RequestParts;
use crate::token::Principal;

/// What guards an MCP server.
#[derive(Clone)]
pub(crate) struct McpGuard {
    pub(crate) oidc: Oidc,
    pub(crate) base: &'static PolicySpec,
    pub(crate) tools: Tools,
    pub(super) binds_sessions: bool,
    /// How long the body of a request may take.
    pub(crate) body_timeout: Duration,
    pub(super) origins: Origins,
}

/// What the head of a request leads to.
pub(crate) struct Entry {
    /// For the response, whatever it is.
    pub(crate) cors: CorsFields,
    pub(crate) passage: Result<Passage, Response>,
}

/// A request whose head is admitted.
pub(crate) struct Passage {
    pub(crate) user: Principal,
    /// The server's own id of the session.
    pub(crate) session: Option<String>,
}

impl McpGuard {
    /// Judges the head of a request.
    pub(crate) async fn enter(&self, request: &mut impl OutcomeStore) -> Entry {
        let origin = self.origins.origin_of(&request.parts());
        Entry {
            cors: origin.fields(),
            passage: self.judge_head(&origin, request).await,
        }
    }

    async fn judge_head(
        &self,
        origin: &Origin,
        request: &mut impl OutcomeStore,
    ) -> Result<Passage, Response> {
        match origin {
            Origin::Foreign => return Err(self.refuse(McpRefusal::Origin, request)),
            Origin::Client(_) if is_preflight(&request.parts()) => return Err(preflight()),
            Origin::Client(_) | Origin::Own => {}
        }
        let user = self.user(request).await.map_err(|error| error.response())?;
        let session = match self.session_of(&user, &request.parts()) {
            SessionId::Foreign => return Err(self.refuse(McpRefusal::Session, request)),
            SessionId::None => None,
            SessionId::Of(id) => Some(id),
        };
        if self.tools.have_rules() {
            let judged = body::judge_head(&request.parts());
            judged.map_err(|refusal| self.refuse(refusal, request))?;
        }
        Ok(Passage { user, session })
    }

    /// The user, who satisfies the base policy and has sent a token. A cookie is none, although it
    /// stands for a user elsewhere in an application with sessions: browsers send it by themselves.
    async fn user(&self, request: &mut impl OutcomeStore) -> Result<Principal, Rejection> {
        if Credentials::of(request.parts().authorization()) == Credentials::Absent {
            return Err(self.oidc.refuse_nobody(self.base, request));
        }
        self.oidc.admit(self.base, request).await?;
        self.oidc.user(request, None).await
    }

    /// What happens to the body of a request whose head is admitted.
    pub(crate) fn body_use(&self, method: &str) -> BodyUse {
        match method {
            _ if !self.tools.have_rules() => BodyUse::Unseen,
            "POST" => BodyUse::Judged,
            _ => BodyUse::Removed,
        }
    }

    /// Judges the body of a request.
    pub(crate) async fn judge_body(
        &self,
        passage: &Passage,
        body: &[u8],
        request: &impl OutcomeStore,
    ) -> Result<(), Response> {
        // It may have expired while the body arrived.
        let valid = self.oidc.still_valid(&passage.user, self.base, request);
        valid.map_err(|rejection| rejection.response())?;
        let fail = |error: MessageError, id| {
            report(&error.refusal(), None, &request.parts());
            error.response(id)
        };
        let message = Message::parse(body);
        let message = message.map_err(|error| fail(MessageError::Malformed(error), None))?;
        if !agree(&request.parts(), &message) {
            return Err(fail(MessageError::HeaderMismatch, message.id()));
        }
        let Some(tool) = message.tool() else {
            return Ok(());
        };
        let ToolRule::Needs(policy) = self.tools.rule(tool) else {
            return Err(self.refuse(McpRefusal::UnknownTool, request));
        };
        let user = passage.user.clone();
        let admitted = self
            .oidc
            .admit_further(user, policy, self.base, request)
            .await;
        admitted.map_err(|rejection| rejection.response())
    }

    /// What the client gets for the server's id of a session.
    pub(crate) fn client_session(&self, user: &Principal, id: &str) -> Option<String> {
        self.binds_sessions
            .then(|| session::outgoing(&self.oidc, user, id))
    }

    fn session_of(&self, user: &Principal, request: &RequestParts<'_>) -> SessionId {
        if self.binds_sessions {
            session::incoming(&self.oidc, user, request)
        } else {
            SessionId::None
        }
    }

    pub(crate) fn refuse(&self, refusal: McpRefusal, request: &impl OutcomeStore) -> Response {
        let rejection = self.oidc.refuse(refusal.rejection(), request);
        let mut response = rejection.response();
        if refusal == McpRefusal::TooSlow {
            response.set("connection", "close");
        }
        response
    }
}

fn preflight() -> Response {
    let mut response = Response::empty(204);
    for (name, value) in PREFLIGHT {
        response.set(name, value);
    }
    response
}
