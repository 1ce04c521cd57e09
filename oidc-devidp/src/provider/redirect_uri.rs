//! The redirect URIs that clients bring along.

use url::Url;

use super::oauth_error::OAuthError;
use crate::config::loopback;

/// Schemes that mean something to browsers, so that no application can own them.
const OF_BROWSERS: &[&str] = &[
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "ftp",
    "javascript",
    "mailto",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Accepts `https`, `http` on loopback, and private-use schemes (RFC 8252 §7).
pub(super) fn check(uri: &str) -> Result<(), OAuthError> {
    let error =
        |text: &str| OAuthError::new("invalid_redirect_uri", format!("a redirect URI {text}"));
    let url = Url::parse(uri).map_err(|_| error("is not absolute"))?;
    if url.fragment().is_some() {
        // RFC 6749 §3.1.2.
        return Err(error("has a fragment"));
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    let is_plain = uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains('\\');
    if has_user || !is_plain {
        return Err(error("has a user, or characters that do not belong there"));
    }
    match url.scheme() {
        "https" if uri.starts_with("https://") => Ok(()),
        "http" if loopback(uri).is_some() => Ok(()),
        "http" => Err(error("with http is not on this machine")),
        "https" => Err(error("lacks its slashes")),
        scheme if OF_BROWSERS.contains(&scheme) => Err(error("has a scheme of browsers")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_an_application_can_own_is_accepted() {
        for uri in [
            "https://app.example/callback?tenant=a",
            "http://127.0.0.1:33418/callback",
            "http://localhost/callback",
            "http://[::1]:1/",
            "com.example.app:/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
        ] {
            assert!(check(uri).is_ok(), "{uri}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for uri in [
            "",
            "/callback",
            "app.example/callback",
            "https://app.example/#f",
            "https://app.example/#",
            "https://user@app.example/",
            "https://:password@app.example/",
            "https:app.example/callback",
            "https:\\\\app.example/callback",
            "https://app.example/call back",
            "https://app.example/\u{e4}",
            "http://app.example/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://localhost@evil.example/",
            "http:127.0.0.1/callback",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            let error = check(uri).expect_err(uri);
            assert_eq!(error.error, "invalid_redirect_uri", "{uri}");
        }
    }
}
