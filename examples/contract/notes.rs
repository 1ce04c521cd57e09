//! The MCP server.

use axum::http::request::Parts;
use oidc::Principal;
use rmcp::handler::server::common::Extension;
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use serde_json::json;

use super::caller::Caller;
use super::guards::scope;
use super::runs::{RUNS, count};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes;

#[oidc::tools]
#[tool_router]
impl Notes {
    #[tool(description = "Lists the notes")]
    #[oidc::required]
    async fn list_notes(&self) -> String {
        count(&RUNS.list_notes);
        "Feed the rabbits".to_owned()
    }

    #[tool(description = "Deletes a note")]
    #[oidc::required(scopes = "notes:write", registry = scope)]
    async fn delete_note(&self) -> String {
        count(&RUNS.delete_note);
        "deleted".to_owned()
    }

    #[tool(description = "Deletes the notes of everybody")]
    #[oidc::required(roles = "admin")]
    async fn purge(&self) -> String {
        count(&RUNS.purge);
        "purged".to_owned()
    }

    #[tool(description = "Says who calls")]
    #[oidc::required]
    async fn whoami(&self, Extension(request): Extension<Parts>) -> String {
        count(&RUNS.whoami);
        let caller = Caller::of(&request);
        let user = caller.user.as_ref();
        let body = json!({
            "sub": user.map(Principal::subject),
            "iss": user.map(Principal::issuer),
            "authorization": caller.authorization,
            "cookie": caller.cookie,
            "dpop": caller.dpop,
        });
        body.to_string()
    }
}

#[tool_handler(name = "notes")]
impl ServerHandler for Notes {}
