//! Where a browser goes after signing in: a page of this application and nothing else, because
//! links may carry it (open redirectors, RFC 9700 §4.11).

use crate::config::has_uri_characters;

const MAX_BYTES: usize = 1024;

/// Whether a browser may be sent there: a path with query and fragment, in normal form, that is not
/// one of our own endpoints. Those get the path without its trailing slash.
///
/// Proxies and frameworks may decode or merge what a browser leaves alone, so encoded characters
/// that have a meaning are refused (separators, control characters), and those that need no encoding
/// (RFC 3986 §6.2.2.2), behind which one of our endpoints could hide.
pub(crate) fn is_allowed(text: &str, own_endpoints: impl Fn(&str) -> bool) -> bool {
    let path = path_of(text);
    text.len() <= MAX_BYTES
        && has_uri_characters(text)
        && is_normal(path)
        && !own_endpoints(path.strip_suffix('/').unwrap_or(path))
}

/// Where a rejected request returns to after signing in: the page itself, without its query if that is
/// not allowed, else nowhere.
pub(crate) fn of_request(
    path_and_query: &str,
    own_endpoints: impl Fn(&str) -> bool,
) -> Option<String> {
    let candidates = [path_and_query, path_of(path_and_query)];
    let allowed = candidates
        .into_iter()
        .find(|text| is_allowed(text, &own_endpoints));
    allowed.map(str::to_owned)
}

fn path_of(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or_default()
}

fn is_normal(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains("//")
        && !path.split('/').any(|segment| matches!(segment, "." | ".."))
        && path.split('%').skip(1).all(is_plainly_encoded)
}

/// Whether this begins with two hexadecimal digits of a byte that has to be encoded and separates
/// nothing.
fn is_plainly_encoded(after_percent: &str) -> bool {
    let code = after_percent.get(..2);
    // `from_str_radix` would accept a sign.
    let digits = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
    byte.is_some_and(|byte| {
        !byte.is_ascii_control() && !byte.is_ascii_alphanumeric() && !b"/\\-._~".contains(&byte)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    const REFUSED: [&str; 79] = [
        "//evil.example",
        "///evil.example",
        "////evil",
        "/\\evil",
        "\\/evil",
        "\\\\evil",
        "/\\/evil",
        "/ /evil",
        "/%09/evil",
        "/%0a/evil",
        "/%0d%0aSet-Cookie:x=y",
        "/%2f%2fevil",
        "/%2Fevil",
        "/%5cevil",
        "/.//evil",
        "/..//evil",
        "/./\\evil",
        "/%2e%2e//evil",
        "https://evil",
        "https:evil",
        "https:/evil",
        "http:\\\\evil",
        "HTTPS://shop.example.org@evil",
        "https://shop.example.org.evil",
        "https://shop.example.org%00.evil",
        "javascript:alert(1)",
        "java%0ascript:",
        "data:text/html,x",
        "vbscript:",
        "file:///etc",
        "//evil@shop.example.org",
        "//shop.example.org@evil",
        "/;//evil",
        "/\u{3031}evil",
        "/\u{3035}evil",
        "/\u{ff70}evil",
        "//[::1]",
        "//3627734734",
        "/<>//evil",
        " /x",
        "/x\0",
        "/x\r\ny",
        "/x\t",
        "?x",
        "#x",
        "x",
        "``",
        "",
        "/auth/v2/logout",
        "/auth/v2/logout/",
        "/auth/v2/logout#x",
        "/auth/v2/log%6fut",
        "/auth/v2/login?return_to=/auth/v2/login",
        "/auth/v2/callback?code=x",
        "/.",
        "/..",
        "/./a",
        "/a/..",
        "/a/../b",
        "/%2e%2e/a",
        "/.%2E/a",
        "/%00",
        "/%1f",
        "/%7f",
        "/%",
        "/%4",
        "/%zz",
        "/%+1",
        "/%c\u{e9}",
        "/100%",
        "/a|b",
        "/a`b",
        "/a\"b",
        "/a{b}",
        "/a^b",
        "/caf\u{e9}",
        "/\u{202e}evil",
        "/x\u{7f}",
        "/a//",
    ];

    fn own_endpoints(path: &str) -> bool {
        let own = ["/auth/v2/login", "/auth/v2/logout", "/auth/v2/callback"];
        own.contains(&path)
    }

    #[test]
    fn only_pages_of_this_application_are_allowed() {
        for text in [
            "/",
            "/orders?next=//x",
            "/a/b#c",
            "/caf%C3%A9",
            "/a/",
            "/a%20b",
            "/a?b=%2f%2e%00&c=http://evil",
            "/...",
            "/.well-known",
            "/a:b@c;d,e",
            "/auth/v2/logins",
        ] {
            assert!(is_allowed(text, own_endpoints), "{text:?}");
            assert_eq!(of_request(text, own_endpoints).as_deref(), Some(text));
        }
        for text in REFUSED {
            assert!(!is_allowed(text, own_endpoints), "{text:?}");
            assert_eq!(of_request(text, own_endpoints), None, "{text:?}");
        }
    }

    #[test]
    fn long_pages_lose_their_query() {
        let path = format!("/{}", "a".repeat(MAX_BYTES - 1));
        assert!(is_allowed(&path, own_endpoints));
        assert!(!is_allowed(&format!("{path}a"), own_endpoints));
        assert_eq!(of_request(&format!("{path}a"), own_endpoints), None);
        let without_query = of_request(&format!("{path}?x"), own_endpoints);
        assert_eq!(without_query.as_ref(), Some(&path));
        assert_eq!(of_request("/a?b=c|d", own_endpoints).as_deref(), Some("/a"));
        assert_eq!(of_request("/auth/v2/login?a", own_endpoints), None);
    }

    proptest! {
        /// What is allowed leads a browser to this host and to exactly this path.
        #[test]
        fn browsers_agree(text in "(/|\\?|#|%|[.a:@;\\\\\t]|//|%2[eEfF]|%5c|%0[0ad]|http:|[\u{0}-\u{ff}]){0,12}") {
            if is_allowed(&text, own_endpoints) {
                let base = Url::parse("https://shop.example.org/some/page").unwrap();
                let url = base.join(&text).unwrap();
                prop_assert_eq!(url.origin(), base.origin());
                prop_assert_eq!(url.path(), path_of(&text));
            }
        }

        #[test]
        fn a_page_to_return_to_is_allowed(target in "/?\\PC{0,40}") {
            let page = of_request(&target, own_endpoints);
            prop_assert!(page.is_none_or(|page| is_allowed(&page, own_endpoints)));
        }
    }
}
