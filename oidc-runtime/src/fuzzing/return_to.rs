//! Compares the pages to which a browser may return with what browsers make of them.

use std::sync::LazyLock;

use url::Url;

use super::shop::{self, ORIGIN};
use crate::client::Oidc;
use crate::session::return_to::{is_allowed, of_request};

static SHOP: LazyLock<Oidc> = LazyLock::new(shop::with_cookies);
static PAGE: LazyLock<Url> = LazyLock::new(|| {
    let page = format!("{ORIGIN}/some/page?query#fragment");
    page.parse().expect("a page")
});

/// Whether a browser may return there, `text`.
///
/// # Panics
/// If a browser would leave the application for an allowed one, or get to one of its endpoints; if a
/// plain page is not allowed; or if a rejected request leads to what is not allowed.
pub fn return_to(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let allowed = is_allowed(&text, is_endpoint);
    if allowed {
        check(&text);
    }
    assert!(allowed || !is_plain(&text), "{text:?}");
    if let Some(page) = of_request(&text, is_endpoint) {
        assert!(is_allowed(&page, is_endpoint), "{text:?}: {page:?}");
        assert!(text.starts_with(&page), "{text:?}: {page:?}");
    }
    allowed
}

fn is_endpoint(path: &str) -> bool {
    let settings = SHOP.config().sessions.as_ref();
    settings.expect("sessions").paths.is_endpoint(path)
}

fn check(text: &str) {
    assert!(text.len() <= 1024, "{text:?}");
    // It becomes a header field.
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
    for target in [text.to_owned(), as_forgiving_browsers_read(text)] {
        let url = PAGE.join(&target).expect("an address");
        assert_eq!(url.origin(), PAGE.origin(), "{text:?}");
        assert!(
            url.username().is_empty() && url.password().is_none(),
            "{text:?}"
        );
        assert!(!reaches_endpoint(url.path()), "{text:?}");
        assert!(!url.path().contains("//"), "{text:?}");
    }
    // Proxies and frameworks decode the path, or merge its slashes.
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let decoded = decoded(path);
    assert!(!decoded.contains('\\'), "{text:?}");
    assert!(
        !decoded.contains(|c: char| c.is_ascii_control()),
        "{text:?}"
    );
    assert!(!reaches_endpoint(&decoded), "{text:?}");
    let is_dots = |segment: &str| segment == "." || segment == "..";
    assert!(!decoded.split('/').any(is_dots), "{text:?}");
}

/// Without blanks and control characters, and with slashes for backslashes.
fn as_forgiving_browsers_read(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() && *c != ' ');
    kept.map(|c| if c == '\\' { '/' } else { c }).collect()
}

fn reaches_endpoint(path: &str) -> bool {
    let path = decoded(path);
    is_endpoint(path.trim_end_matches('/'))
}

/// Percent-decoded once.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        let digits = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (next, byte) = match byte {
            Some(byte) if *first == b'%' => (&after[2..], byte),
            _ => (after, *first),
        };
        bytes.push(byte);
        rest = next;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Slashes, each before letters and digits.
fn is_plain(text: &str) -> bool {
    let Some(path) = text.strip_prefix('/') else {
        return false;
    };
    let is_name = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    path.split('/').all(is_name) && text.len() <= 1024 && !is_endpoint(text)
}
