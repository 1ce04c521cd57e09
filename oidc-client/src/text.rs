//! Text from elsewhere that people get to see.

const MAX_CHARS: usize = 200;
const MAX_CODE_BYTES: usize = 64;

/// One line of at most 200 characters that a terminal shows as it is: control characters could move the
/// cursor, and others change the direction of writing.
pub(crate) fn printable(text: &str) -> String {
    let is_plain = |c: &char| matches!(c, ' '..='~') || (c.is_alphanumeric() && !c.is_ascii());
    text.chars().filter(is_plain).take(MAX_CHARS).collect()
}

/// The text if it is an `error` code of a registered kind.
pub(crate) fn error_code(text: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let is_code = (1..=MAX_CODE_BYTES).contains(&text.len()) && text.bytes().all(is_plain);
    is_code.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_get_no_control_characters() {
        assert_eq!(printable("a\u{1b}[2Jb\r\nc\u{202e}d é 漢"), "a[2Jbcd é 漢");
        assert_eq!(printable(&"x".repeat(1000)).len(), MAX_CHARS);
    }

    #[test]
    fn codes_are_short_and_plain() {
        assert_eq!(error_code("slow_down"), Some("slow_down"));
        for text in ["", "a b", "\u{1b}", &"x".repeat(65)] {
            assert_eq!(error_code(text), None);
        }
    }
}
