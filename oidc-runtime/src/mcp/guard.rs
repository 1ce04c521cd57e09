//! The steps of a request to an MCP server.
//!
//! Each step sees only what the steps before it have let through: the origin, the credentials and the
//! base policy by the head alone, then the body, then the rule of the tool that the body calls.

use super::agreement::agree;
use super::message::Message;
use super::origin::{CorsFields, Origin, Origins, PREFLIGHT, is_preflight};
use super::refusal::{MAX_BODY_BYTES, McpRefusal, MessageError};
use super::session::{self, SessionId};
use super::tools::{ToolRule, Tools};
use crate::answer::{Rejection, Response};
use crate::client::Oidc;
use crate::gate::{OutcomeStore, report};
use crate::policy::PolicySpec;
use crate::request::{Field, RequestParts};
use crate::token::{Principal, Via};

/// What guards an MCP server.
#[derive(Clone)]
pub(crate) struct McpGuard {
    pub(crate) oidc: Oidc,
    pub(crate) base: &'static PolicySpec,
    pub(crate) tools: Tools,
    pub(super) binds_sessions: bool,
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
        if self.reads_body(request.parts().method()) {
            self.judge_declared_body(request)?;
        }
        Ok(Passage { user, session })
    }

    /// The user, who satisfies the base policy and has sent a token: browsers send cookies by
    /// themselves.
    async fn user(&self, request: &mut impl OutcomeStore) -> Result<Principal, Rejection> {
        self.oidc.admit(self.base, request).await?;
        let user = self.oidc.user(request, None).await?;
        match user.via() {
            Via::Bearer => Ok(user),
            Via::Session => Err(self.oidc.refuse(self.oidc.missing_at(self.base), request)),
        }
    }

    /// Whether the body decides as well.
    pub(crate) fn reads_body(&self, method: &str) -> bool {
        method == "POST" && self.tools.have_rules()
    }

    /// Judges what the head says about the body, before any of it is read.
    fn judge_declared_body(&self, request: &impl OutcomeStore) -> Result<(), Response> {
        let parts = request.parts();
        let mut encodings = parts.fields("content-encoding");
        if !encodings.all(|encoding| encoding.eq_ignore_ascii_case(b"identity")) {
            return Err(self.refuse(McpRefusal::Encoding, request));
        }
        let length = Field::of(&parts, "content-length").text();
        let length = length.and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
            return Err(self.too_large(request));
        }
        Ok(())
    }

    /// Judges the body of a request.
    pub(crate) async fn judge_body(
        &self,
        passage: &Passage,
        body: &[u8],
        request: &impl OutcomeStore,
    ) -> Result<(), Response> {
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

    /// The response to a body that turns out to be too large.
    pub(crate) fn too_large(&self, request: &impl OutcomeStore) -> Response {
        self.refuse(McpRefusal::TooLarge, request)
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

    fn refuse(&self, refusal: McpRefusal, request: &impl OutcomeStore) -> Response {
        let rejection = self.oidc.refuse(refusal.rejection(), request);
        rejection.response()
    }
}

fn preflight() -> Response {
    let mut response = Response::empty(204);
    for (name, value) in PREFLIGHT {
        response.set(name, value);
    }
    response
}
