//! Text from elsewhere that people get to see.

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

/// Whether the text repeats a good part of the secret, in whatever form: half of a short one, or 16
/// characters of a long one, with other characters between them or percent-encoded.
pub(crate) fn repeats(text: &str, secret: &str) -> bool {
    const MIN: usize = 8;
    let plain = |text: &str| -> Vec<u8> {
        let bytes = text.bytes();
        bytes.filter(u8::is_ascii_alphanumeric).collect()
    };
    let decoded = percent_decoded(text);
    let (texts, secret) = ([plain(text), plain(&decoded)], plain(secret));
    let window = (secret.len() / 2).clamp(MIN / 2, 2 * MIN);
    let is_in_secret = |part: &[u8]| secret.windows(window).any(|other| other == part);
    secret.len() >= MIN
        && texts
            .iter()
            .any(|text| text.windows(window).any(is_in_secret))
}

fn percent_decoded(text: &str) -> String {
    let text = text.replace(['&', '='], " ");
    let pairs = form_urlencoded::parse(text.as_bytes());
    pairs.map(|(name, _)| name.into_owned()).collect()
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
