//! How axum joins the paths of nested routers.

/// The whole path of a route in a router that is nested at `prefix`.
pub(super) fn nested(prefix: &str, path: &str) -> String {
    if prefix.ends_with('/') {
        format!("{prefix}{}", path.trim_start_matches('/'))
    } else if path == "/" {
        prefix.to_owned()
    } else {
        format!("{prefix}{path}")
    }
}
