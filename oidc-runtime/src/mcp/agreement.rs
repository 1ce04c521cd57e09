//! Whether the header fields of a request repeat what its body says.
//!
//! Proxies route and limit by `Mcp-Method` and `Mcp-Name`, so a server must not act on another body,
//! whatever version of the protocol the client claims.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::message::Message;
use crate::request::{Field, RequestParts};

pub(super) fn agree(request: &RequestParts<'_>, message: &Message<'_>) -> bool {
    let method = match Field::of(request, "mcp-method") {
        Field::Absent => true,
        Field::One(field) => message.method().map(str::as_bytes) == Some(field),
        Field::Several => false,
    };
    let name = match Field::of(request, "mcp-name") {
        Field::Absent => true,
        field => field
            .text()
            .and_then(decoded)
            .is_some_and(|name| message.is_about(&name)),
    };
    method && name
}

/// The value of a field, in which names beyond ASCII are written as `=?base64?..?=`.
fn decoded(field: &str) -> Option<Cow<'_, str>> {
    let encoded = field
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="));
    match encoded {
        Some(encoded) => {
            let bytes = STANDARD.decode(encoded).ok()?;
            String::from_utf8(bytes).ok().map(Cow::Owned)
        }
        None => Some(Cow::Borrowed(field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_decoded() {
        assert_eq!(decoded("purge").as_deref(), Some("purge"));
        assert_eq!(decoded("=?base64?cHVyZ2U=?=").as_deref(), Some("purge"));
        assert_eq!(decoded("=?base64?w7xiZXI=?=").as_deref(), Some("über"));
        for broken in ["=?base64?%?=", "=?base64?/w==?=", "=?base64?cHVyZ2U?="] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }
}
