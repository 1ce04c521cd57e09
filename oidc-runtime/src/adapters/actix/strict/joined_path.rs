//! How actix-web joins the paths of scopes and routes.

/// The whole path of a route at `path` in a scope at `prefix`.
pub(super) fn joined(prefix: &str, path: &str) -> String {
    let separator = if path.is_empty() || path.starts_with('/') {
        ""
    } else {
        "/"
    };
    format!("{prefix}{separator}{path}")
}
