//! The guard of an MCP server, as applications make it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::guard::McpGuard;
use super::origin::Origins;
use super::tools::Tools;
use crate::client::Oidc;
use crate::policy::Policy;

/// How long the body of a request may take, unless the application says otherwise.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Guards an MCP server: a tower layer for axum, a middleware for actix-web. Created by
/// [`Oidc::mcp_layer`].
#[derive(Clone)]
pub struct McpLayer {
    pub(crate) guard: Arc<McpGuard>,
}

impl Oidc {
    /// A layer for axum and a middleware for actix-web that guards a server of the Model Context
    /// Protocol.
    ///
    /// - Every request needs a bearer token that satisfies `base`. A session cookie is no token.
    /// - A call of a tool needs a token that satisfies the tool's rule as well, see below.
    /// - A request of a web page needs an `Origin` that is the resource's own, or one of
    ///   [`browser_clients`](crate::OidcBuilder::browser_clients).
    /// - The id of a protocol session is bound to the user: somebody else who knows it gets 404. With
    ///   several instances, set [`state_key`](crate::OidcBuilder::state_key). Ids of events and tasks are
    ///   not bound: whoever the base policy admits and who knows one can use it.
    /// - The server finds the user in the extensions of the request ([`Principal::of`](crate::Principal::of)),
    ///   and none of the fields `Authorization`, `Cookie` and `DPoP`: a server must not pass on the token
    ///   that it got. On actix-web, cookies that a middleware around the guard has parsed are still there.
    /// - Responses of the guard are JSON, never a page or a redirect.
    ///
    /// Only if some tool has a rule, or tools that are not listed are refused:
    ///
    /// - The body of a `POST` request says which tool is called, never a header field. A body that header
    ///   fields contradict, or whose method or tool's name two parsers could read differently, is rejected
    ///   with 400. Bodies may have 4 MiB, and have to arrive within the
    ///   [`body_timeout`](McpLayer::body_timeout) and while the token is valid.
    /// - Other requests have no body, or are rejected with 400. Methods other than `GET`, `HEAD`, `OPTIONS`,
    ///   `POST` and `DELETE` are rejected with 405.
    /// - Messages over a WebSocket are not covered, nor is the HTTP+SSE transport of protocol version
    ///   2024-11-05, whose clients post to an address of its own.
    ///
    /// The scopes of `base` are those of the resource's metadata, unless
    /// [`resource_scopes`](crate::OidcBuilder::resource_scopes) says otherwise. With
    /// [`challenge_scopes`](crate::OidcBuilder::challenge_scopes) and a
    /// [`resource`](crate::OidcBuilder::resource), every guard with the policy `base` asks for these.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value only names its type"
    )]
    pub fn mcp_layer<P: Policy>(&self, base: P, tools: impl Into<Tools>) -> McpLayer {
        let _ = base;
        let base = const { &P::SPEC };
        self.note_base(base);
        let guard = McpGuard {
            oidc: self.clone(),
            base,
            tools: tools.into(),
            binds_sessions: true,
            body_timeout: BODY_TIMEOUT,
            origins: Origins::new(self.config()),
        };
        McpLayer {
            guard: Arc::new(guard),
        }
    }
}

impl McpLayer {
    /// How long the body of a request may take to arrive, where tools have rules: the guard then reads
    /// it before the server does. Default: 30 seconds. A later one is 408, and its connection is closed;
    /// actix-web waits for the end of a body without `Content-Length` before it closes one.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use axum::extract::Request;
    /// use axum::routing::any;
    /// use oidc::{Oidc, Tools};
    /// use tower_layer::Layer;
    ///
    /// #[oidc::policy(scopes = "notes:read")]
    /// struct Reader;
    ///
    /// fn app(oidc: &Oidc, tools: Tools) -> axum::Router {
    ///     let guard = oidc.mcp_layer(Reader, tools).body_timeout(Duration::from_secs(5));
    ///     // In an application, this is the service of an MCP library.
    ///     let server = any(async |_: Request| "");
    ///     axum::Router::new().nest_service("/mcp", guard.layer(server))
    /// }
    /// ```
    #[must_use]
    pub fn body_timeout(self, limit: Duration) -> Self {
        self.with(|guard| guard.body_timeout = limit)
    }

    /// Leaves the ids of protocol sessions as the server made them: whoever is admitted and knows the id
    /// of somebody else's session can use it, unless the server itself checks that.
    #[must_use]
    pub fn insecure_unbound_sessions(self) -> Self {
        self.with(|guard| guard.binds_sessions = false)
    }

    fn with(self, change: impl FnOnce(&mut McpGuard)) -> Self {
        let mut guard = Arc::unwrap_or_clone(self.guard);
        change(&mut guard);
        Self {
            guard: Arc::new(guard),
        }
    }
}

impl fmt::Debug for McpLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpLayer")
            .field("tools", &self.guard.tools)
            .finish_non_exhaustive()
    }
}
