//! The URIs to which browsers may be redirected with an authorization code, or after signing out.

use url::{Host, Url};

/// The accepted redirect URIs: the application's own, those of native applications on the loopback
/// interface (RFC 8252 §7.3), and configured ones.
#[derive(Clone, Debug)]
pub(crate) struct RedirectRules {
    exact: Vec<String>,
    loopback: bool,
}

impl RedirectRules {
    pub(crate) fn new(exact: Vec<String>, loopback: bool) -> Self {
        Self { exact, loopback }
    }

    /// Whether `uri` is exactly a configured URI or `own`, the application's own callback, or if
    /// allowed, has a loopback host and any port.
    pub(crate) fn allow(&self, uri: &str, own: Option<&str>) -> bool {
        own == Some(uri)
            || self.exact.iter().any(|allowed| allowed == uri)
            || (self.loopback && is_loopback_redirect(uri))
    }
}

/// Checks the text as well as the parsed URL: parsers correct malformed URLs, and another parser
/// may do so differently.
fn is_loopback_redirect(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    has_uri_characters(uri)
        && uri.starts_with("http://")
        && !uri.contains(['#', '@'])
        && is_loopback(&url)
        && url.as_str().trim_end_matches('/') == uri.trim_end_matches('/')
}

/// Whether every character may occur in a URI (RFC 3986 §2).
pub(crate) fn has_uri_characters(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte))
}

/// Whether the host is a loopback address or `localhost`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loopback() -> RedirectRules {
        RedirectRules::new(Vec::new(), true)
    }

    #[test]
    fn loopback_on_any_port() {
        for uri in [
            "http://localhost:53100/callback",
            "http://127.0.0.1/callback",
            "http://127.0.0.1:8000",
            "http://[::1]:53105/callback",
            "http://localhost:53100/callback?next=1",
        ] {
            assert!(loopback().allow(uri, None), "{uri}");
            let rules = RedirectRules::new(vec!["http://localhost/cb".into()], false);
            assert!(!rules.allow(uri, None), "{uri}");
        }
    }

    #[test]
    fn look_alikes_are_rejected() {
        for uri in [
            "",
            "/callback",
            "//localhost/callback",
            "javascript:alert(1)",
            "https://localhost.evil.example/callback",
            "http://localhost.evil.example/callback",
            "http://localhost@evil.example/callback",
            "http://evil.example@localhost/callback",
            "http://localhost:8000#@evil.example/",
            "http://localhost\\@evil.example/",
            "http:\\\\localhost/callback",
            "http:/localhost/callback",
            "http:localhost",
            "HTTP://localhost/callback",
            "http://LOCALHOST/callback",
            "http://127.1/callback",
            "http://0x7f000001/callback",
            "http://2130706433/",
            "http://127.0.0.1.nip.io/",
            "http://0.0.0.0/callback",
            "http://localhost/a/../callback",
            "http://localhost/\r\nset-cookie: a=b",
            " http://localhost/callback",
            "http://localhost/call\tback",
            "ftp://localhost/callback",
        ] {
            assert!(!loopback().allow(uri, None), "{uri}");
        }
    }

    #[test]
    fn configured_ones_match_exactly() {
        let rules = RedirectRules::new(vec!["https://app.example/cb".into()], true);
        assert!(rules.allow("https://app.example/cb", None));
        assert!(rules.allow("https://own.example/cb", Some("https://own.example/cb")));
        for uri in [
            "https://app.example/cb/",
            "https://app.example/CB",
            "https://app.example/cb?x",
            "https://app.example:443/cb",
            "https://app.example.evil.example/cb",
        ] {
            assert!(!rules.allow(uri, None), "{uri}");
        }
    }
}
