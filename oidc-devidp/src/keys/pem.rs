//! Keys as text (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) fn encode(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    // §2: lines of 64 characters.
    let lines: Vec<String> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

/// The content of a text that has one such block and nothing else.
pub(super) fn decode(label: &str, text: &str) -> Option<Vec<u8>> {
    let text = text
        .trim()
        .strip_prefix("-----BEGIN ")?
        .strip_prefix(label)?;
    let text = text.strip_prefix("-----")?.strip_suffix("-----")?;
    let text = text.strip_suffix(label)?.strip_suffix("-----END ")?;
    let base64: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(base64).ok()
}
