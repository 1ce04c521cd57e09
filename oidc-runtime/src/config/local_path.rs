//! Paths on the application's own host.

use url::Url;

use super::has_uri_characters;

/// Whether this is a path on the application's own host that a URL parser leaves unchanged. Proxies
/// may decode or merge separators before they redirect, so those are rejected as well.
pub(crate) fn is_local_path(uri: &str) -> bool {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    let encoded = ["%2f", "%5c", "%0d", "%0a", "%09", "%00"];
    has_uri_characters(uri)
        && resolves_unchanged(uri, path)
        && !path.contains("//")
        && !encoded.iter().any(|code| lower.contains(code))
}

/// Whether a browser on any host would stay there and request this path.
fn resolves_unchanged(uri: &str, path: &str) -> bool {
    let Ok(base) = Url::parse("http://placeholder.invalid") else {
        return false;
    };
    base.join(uri)
        .is_ok_and(|url| url.origin() == base.origin() && url.path() == path)
}

#[cfg(test)]
mod tests {
    use super::is_local_path;

    #[test]
    fn paths_stay_here() {
        for path in ["/", "/bye", "/bye/", "/a/b?next=/c", "/caf%C3%A9#top"] {
            assert!(is_local_path(path), "{path}");
        }
        for path in [
            "",
            "bye",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a//evil.example",
            "/%2Fevil.example",
            "/%5cevil.example",
            "/%0d%0aset-cookie:a=b",
            "/\r\nset-cookie: a=b",
            "/\tevil",
            "/./evil",
            "/../evil",
            "/%2E%2e/evil",
            "/.%2e",
            "/caf\u{e9}",
            " /bye",
            "javascript:alert(1)",
        ] {
            assert!(!is_local_path(path), "{path}");
        }
    }
}
