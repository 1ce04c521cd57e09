//! Text from elsewhere that people get to see.

use percent_encoding::percent_decode_str;

const MAX_CHARS: usize = 200;
const MAX_CODE_BYTES: usize = 64;

/// One line of at most 200 characters that a terminal shows as it is: control characters could move the
/// cursor, and others change the direction of writing.
pub(crate) fn printable(text: &str) -> String {
    let is_plain = |c: &char| matches!(c, ' '..='~') || (c.is_alphanumeric() && !c.is_ascii());
    text.chars().filter(is_plain).take(MAX_CHARS).collect()
}

/// Whether a header can carry it as a token (RFC 6750 §2.1).
pub(crate) fn is_token(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}

/// Whether the text repeats a good part of the secret: half of it, or 16 characters of a long one, all of one
/// with less than 8 letters and digits, also in another case, with other characters between them, or percent-encoded.
pub(crate) fn repeats(text: &str, secret: &str) -> bool {
    /// Shorter ones can be guessed, and occur by chance.
    const MIN: usize = 4;
    const LONG: usize = 8;
    if secret.len() >= MIN && text.contains(secret) {
        return true;
    }
    let plain = |text: &str| -> Vec<u8> {
        let bytes = text.bytes().filter(u8::is_ascii_alphanumeric);
        bytes.map(|byte| byte.to_ascii_lowercase()).collect()
    };
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    let (texts, secret) = ([plain(text), plain(&decoded)], plain(secret));
    let window = match secret.len() {
        ..MIN => return false,
        short @ ..LONG => short,
        long => (long / 2).min(2 * LONG),
    };
    let is_in_secret = |part: &[u8]| secret.windows(window).any(|other| other == part);
    let repeats = |text: &Vec<u8>| text.windows(window).any(is_in_secret);
    texts.iter().any(repeats)
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
    fn secrets_are_recognised() {
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
        let cases = [
            ("the token is over", jwt, false),
            (jwt, jwt, true),
            ("it is c2lnbmF0dXJlLW9m", jwt, true),
            ("it is eyJhbGciOiJSUzI1NiJ9...", jwt, true),
            ("eyJhbGciOi", jwt, false),
            ("refresh-token=r%2B%2Fsecret%3D3", "r+/secret=3", true),
            ("refresh-token=%72%2B%2F%73%65cret%3D3", "r+/secret=3", true),
            ("r + / s e c r e t", "r+/secret=3", true),
            ("R%2b%2fSECRET", "r+/secret=3", true),
            ("who is s3-t?", "s3-t", true),
            ("who is S3%2Dt4?", "s3-t4", true),
            ("who is s3-t?", "s3-t4", false),
            ("invalid_grant", "r+/secret=3", false),
            ("a b c", "a", false),
        ];
        for (text, secret, expected) in cases {
            assert_eq!(repeats(text, secret), expected, "{text}");
        }
    }

    #[test]
    fn codes_are_short_and_plain() {
        assert_eq!(error_code("slow_down"), Some("slow_down"));
        for text in ["", "a b", "\u{1b}", &"x".repeat(65)] {
            assert_eq!(error_code(text), None);
        }
    }
}
