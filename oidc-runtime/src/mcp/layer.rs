//! The guard of an MCP server, as applications make it.

use std::fmt;
use std::sync::Arc;

use super::guard::McpGuard;
use super::origin::Origins;
use super::tools::Tools;
use crate::client::Oidc;
use crate::policy::Policy;

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
    /// - A call of a tool needs a token that satisfies the tool's rule as well. The body says which
    ///   tool that is, never a header field; a body that two parsers could read differently, or that
    ///   the header fields contradict, is rejected with 400. Bodies may have 4 MiB.
    /// - A request of a web page needs an `Origin` that is the resource's own, or one of
    ///   [`browser_clients`](crate::OidcBuilder::browser_clients).
    /// - The id of a protocol session is bound to the user: somebody else who knows it gets 404. With
    ///   several instances, set [`state_key`](crate::OidcBuilder::state_key).
    /// - The server finds the user in the extensions of the request ([`Principal::of`](crate::Principal::of)),
    ///   and neither token nor cookie: a server must not pass on the token that it got.
    ///
    /// The scopes of `base` are those of the resource's metadata, unless
    /// [`resource_scopes`](crate::OidcBuilder::resource_scopes) says otherwise. With
    /// [`challenge_scopes`](crate::OidcBuilder::challenge_scopes), every guard with the policy `base`
    /// asks for these.
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
            origins: Origins::new(self.config()),
        };
        McpLayer {
            guard: Arc::new(guard),
        }
    }
}

impl McpLayer {
    /// Leaves the ids of protocol sessions as the server made them: whoever is admitted and knows the id
    /// of somebody else's session can use it, unless the server itself checks that.
    #[must_use]
    pub fn insecure_unbound_sessions(self) -> Self {
        let mut guard = Arc::unwrap_or_clone(self.guard);
        guard.binds_sessions = false;
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
