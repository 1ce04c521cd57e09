//! Paths for logs.

use std::borrow::Cow;

/// Longer segments of a path may be tokens, which are never logged.
const MAX_SEGMENT: usize = 40;

/// The path without segments that are longer than names and ids usually are.
pub(crate) fn loggable(path: &str) -> Cow<'_, str> {
    let is_long = |segment: &str| segment.len() > MAX_SEGMENT;
    if !path.split('/').any(is_long) {
        return Cow::Borrowed(path);
    }
    let segments = path.split('/');
    let segments = segments.map(|segment| if is_long(segment) { "…" } else { segment });
    Cow::Owned(segments.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_segments_are_left_out() {
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        assert_eq!(loggable(&format!("/orders/{id}")), format!("/orders/{id}"));
        let token = "a".repeat(41);
        assert_eq!(loggable(&format!("/mcp/{token}/x")), "/mcp/…/x");
    }
}
