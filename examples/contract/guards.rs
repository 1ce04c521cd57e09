//! The scopes of the notes, and who may use the MCP servers.

oidc::scopes! {
    pub(crate) mod scope {
        READ = "notes:read",
        WRITE = "notes:write" implies READ,
        ADMIN = "notes:admin",
    }
}

/// What every request to `/mcp` needs.
#[oidc::policy(scopes = "notes:read", registry = scope)]
pub(crate) struct Reader;

/// What every request to `/admin/mcp` needs.
#[oidc::policy(scopes = "notes:admin", registry = scope)]
pub(crate) struct Administrator;
