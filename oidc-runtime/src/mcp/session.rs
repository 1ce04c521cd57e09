//! The ids of protocol sessions, bound to the user who began them.
//!
//! Servers know no users: whoever has the id of a session may use it. So clients get `id~tag`, and the
//! tag belongs to the id, the user and the resource. It survives a new token, needs no memory, and
//! every instance with the same state key knows it.

use crate::client::Oidc;
use crate::request::{Field, RequestParts};
use crate::token::Principal;

pub(crate) const FIELD: &str = "mcp-session-id";
/// Between the server's id and the tag. It is among the characters that ids may have.
const SEPARATOR: char = '~';

/// What a request says about its session.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SessionId {
    None,
    /// The server's own id.
    Of(String),
    /// Not one that this user got.
    Foreign,
}

/// The session of a request.
pub(super) fn incoming(oidc: &Oidc, user: &Principal, request: &RequestParts<'_>) -> SessionId {
    let field = match Field::of(request, FIELD) {
        Field::Absent => return SessionId::None,
        field => field.text(),
    };
    let parts = field.and_then(|field| field.rsplit_once(SEPARATOR));
    match parts {
        Some((id, tag)) if oidc.tagger().is_tag(tag, &texts(oidc, user, id)) => {
            SessionId::Of(id.to_owned())
        }
        _ => SessionId::Foreign,
    }
}

/// What the client gets for the server's id.
pub(super) fn outgoing(oidc: &Oidc, user: &Principal, id: &str) -> String {
    let tag = oidc.tagger().tag(&texts(oidc, user, id));
    format!("{id}{SEPARATOR}{tag}")
}

fn texts<'t>(oidc: &'t Oidc, user: &'t Principal, id: &'t str) -> [&'t str; 4] {
    let resource = oidc.config().resource.resource.as_ref();
    let resource = resource.map_or("", |resource| resource.identifier());
    [id, user.issuer(), user.subject(), resource]
}
