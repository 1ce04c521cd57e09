//! An MCP server that keeps notes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::request::Parts;
use oidc::Principal;
use rmcp::handler::server::common::Extension;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::schemars::{self, JsonSchema};
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use serde::Deserialize;

/// The notes of everybody, in memory.
static NOTES: Mutex<BTreeMap<u32, String>> = Mutex::new(BTreeMap::new());

#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes;

#[derive(Deserialize, JsonSchema)]
struct NewNote {
    text: String,
}

#[derive(Deserialize, JsonSchema)]
struct NoteNumber {
    number: u32,
}

#[oidc::tools]
#[tool_router]
impl Notes {
    #[tool(description = "Lists the notes, with their numbers and authors")]
    #[oidc::required]
    async fn list_notes(&self) -> String {
        let notes = notes();
        let lines = notes
            .iter()
            .map(|(number, note)| format!("{number}. {note}\n"));
        lines.collect()
    }

    #[tool(description = "Adds a note")]
    #[oidc::required(scopes = "notes:write")]
    async fn add_note(
        &self,
        Parameters(note): Parameters<NewNote>,
        Extension(request): Extension<Parts>,
    ) -> String {
        let user = Principal::of(&request);
        let author = user
            .as_ref()
            .and_then(Principal::name)
            .unwrap_or("somebody");
        let mut notes = notes();
        let number = notes.keys().next_back().map_or(1, |last| last + 1);
        notes.insert(number, format!("{} ({author})", note.text));
        format!("added as number {number}")
    }

    #[tool(description = "Deletes a note")]
    #[oidc::required(scopes = "notes:write", roles = "editor")]
    async fn delete_note(&self, Parameters(note): Parameters<NoteNumber>) -> String {
        match notes().remove(&note.number) {
            Some(_) => "deleted".to_owned(),
            None => format!("there is no note {}", note.number),
        }
    }
}

#[tool_handler(name = "notes")]
impl ServerHandler for Notes {}

fn notes() -> MutexGuard<'static, BTreeMap<u32, String>> {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner)
}
