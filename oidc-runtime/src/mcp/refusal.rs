//! The responses to rejected requests, beside those of the guard.

use serde::Serialize;
use serde_json::value::RawValue;

use super::object::Malformed;
use crate::answer::{Refusal, Rejection, Response};

/// The methods of MCP's transport.
const METHODS: &str = "GET, POST, DELETE";

/// Why a request to an MCP server is rejected, although its token is good or does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum McpRefusal {
    /// A web page of somebody else sent it.
    Origin,
    /// The id of the session is not one that this user got.
    Session,
    /// No request of MCP has this method.
    Method,
    /// No request of this method has a body.
    UnexpectedBody,
    Encoding,
    TooLarge,
    /// The body has not arrived in time.
    TooSlow,
    /// The body ends early: the client is gone, or has sent something that is no HTTP.
    Incomplete,
    UnknownTool,
}

impl McpRefusal {
    pub(super) fn rejection(self) -> Rejection {
        let (status, code, error, description) = match self {
            Self::Origin => (
                403,
                "origin_denied",
                Some("access_denied"),
                "the page that sent the request may not call this server",
            ),
            Self::Session => (404, "mcp_session_unknown", None, "the session is not known"),
            Self::Method => (
                405,
                "mcp_method_not_allowed",
                Some("invalid_request"),
                "the method must be GET, POST or DELETE",
            ),
            Self::UnexpectedBody => (
                400,
                "mcp_body_unexpected",
                Some("invalid_request"),
                "only a POST request has a body",
            ),
            Self::Encoding => (
                415,
                "mcp_encoding_unsupported",
                Some("invalid_request"),
                "the body must not be encoded",
            ),
            Self::TooLarge => (
                413,
                "mcp_body_too_large",
                Some("invalid_request"),
                "the body is larger than 4 MiB",
            ),
            Self::TooSlow => (
                408,
                "mcp_body_too_slow",
                Some("invalid_request"),
                "the body did not arrive in time",
            ),
            Self::Incomplete => (
                400,
                "mcp_body_incomplete",
                Some("invalid_request"),
                "the body could not be read to its end",
            ),
            Self::UnknownTool => (
                403,
                "tool_unknown",
                Some("access_denied"),
                "no rule admits anybody to this tool",
            ),
        };
        let mut refusal = Refusal::new(status, code, error.map(Into::into), description);
        refusal.allow = (self == Self::Method).then_some(METHODS);
        Rejection::of(refusal)
    }
}

/// Why a message is rejected, in the terms of JSON-RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageError {
    Malformed(Malformed),
    /// Header fields and body disagree.
    HeaderMismatch,
}

/// JSON-RPC 2.0 §5.
#[derive(Serialize)]
struct Body {
    jsonrpc: &'static str,
    /// Left out if it is not known: MCP allows no null.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Box<RawValue>>,
    error: ErrorObject,
}

/// JSON-RPC 2.0 §5.1.
#[derive(Serialize)]
struct ErrorObject {
    code: i32,
    message: &'static str,
}

impl MessageError {
    /// What is logged and counted.
    pub(super) fn refusal(self) -> Refusal {
        let code = match self {
            Self::Malformed(_) => "mcp_body_malformed",
            Self::HeaderMismatch => "mcp_header_mismatch",
        };
        Refusal::new(400, code, None, self.error().1)
    }

    /// `id` is that of the request, as JSON.
    pub(super) fn response(self, id: Option<&str>) -> Response {
        let (code, message) = self.error();
        let id = id.and_then(|id| RawValue::from_string(id.to_owned()).ok());
        Response::json(
            400,
            &Body {
                jsonrpc: "2.0",
                id,
                error: ErrorObject { code, message },
            },
        )
    }

    /// The code and the message of JSON-RPC.
    fn error(self) -> (i32, &'static str) {
        match self {
            Self::Malformed(Malformed::Syntax) => (-32700, "the body is no unambiguous JSON text"),
            Self::Malformed(Malformed::Message) => {
                (-32600, "the body is not a single JSON-RPC message of MCP")
            }
            Self::HeaderMismatch => (-32020, "Mcp-Method or Mcp-Name differs from the body"),
        }
    }
}
