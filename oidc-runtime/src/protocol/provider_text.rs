//! Text that comes from the provider, or from an attacker's link to the callback.

use crate::html::escape;

/// Longer codes are not passed on, and longer texts are truncated.
const MAX_CODE_BYTES: usize = 64;
const MAX_TEXT_CHARS: usize = 200;

/// The text if it is an `error` code. RFC 6749 §5.2 allows more characters, but no registered code
/// uses them.
pub(crate) fn error_code(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let usable = (1..=MAX_CODE_BYTES).contains(&text.len()) && text.bytes().all(plain);
    usable.then_some(text)
}

/// An `error_description`, truncated and escaped, so that it is safe to show in an HTML page or a
/// terminal (RFC 6749 §4.1.2.1 allows printable ASCII).
pub(crate) fn description(text: &str) -> String {
    let printable = text.chars().filter(|c| matches!(c, ' '..='~'));
    let short: String = printable.take(MAX_TEXT_CHARS).collect();
    escape(&short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain_words() {
        assert_eq!(error_code("access_denied"), Some("access_denied"));
        for text in ["", "a b", "<b>", "a\"", "\u{e4}", "a\n"] {
            assert_eq!(error_code(text), None, "{text:?}");
        }
        assert_eq!(error_code(&"a".repeat(65)), None);
    }

    #[test]
    fn texts_are_escaped_and_truncated() {
        assert_eq!(description("The user said no."), "The user said no.");
        assert_eq!(
            description("<script>alert('x')</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"
        );
        assert_eq!(description("a\r\nb\u{1b}[31m\u{202e}c"), "ab[31mc");
        assert_eq!(description(&"a".repeat(1000)).len(), MAX_TEXT_CHARS);
    }
}
