//! What the head of a request says about its body, where tools have rules.

use super::refusal::McpRefusal;
use crate::request::{Field, RequestParts};

/// The largest body that is read; `rmcp` has the same limit.
pub(crate) const MAX_BODY_BYTES: usize = 4 << 20;

/// What happens to the body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyUse {
    /// The server reads it, for no rule depends on it.
    Unseen,
    /// It says which rule decides.
    Judged,
    /// There is none, or one that the head does not announce, as in HTTP/2. The server does not see it.
    Removed,
}

/// Judges what can be judged before any of the body is read. Only bodies of `POST` are messages, so
/// that no other request may have one.
pub(super) fn judge_head(request: &RequestParts<'_>) -> Result<(), McpRefusal> {
    match request.method() {
        "POST" => judge_announced(request),
        "GET" | "HEAD" | "OPTIONS" | "DELETE" if announces_body(request) => {
            Err(McpRefusal::UnexpectedBody)
        }
        "GET" | "HEAD" | "OPTIONS" | "DELETE" => Ok(()),
        _ => Err(McpRefusal::Method),
    }
}

fn judge_announced(request: &RequestParts<'_>) -> Result<(), McpRefusal> {
    let mut encodings = request.fields("content-encoding");
    if !encodings.all(|encoding| encoding.eq_ignore_ascii_case(b"identity")) {
        return Err(McpRefusal::Encoding);
    }
    let length = Field::of(request, "content-length").text();
    let length = length.and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
        return Err(McpRefusal::TooLarge);
    }
    Ok(())
}

/// RFC 9112 §6.
fn announces_body(request: &RequestParts<'_>) -> bool {
    let is_empty = |length: &[u8]| !length.is_empty() && length.iter().all(|digit| *digit == b'0');
    !Field::of(request, "transfer-encoding").is_absent()
        || !request.fields("content-length").all(is_empty)
}
