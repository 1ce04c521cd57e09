//! The names of files.

use aws_lc_rs::digest::{SHA256, digest};

const MAX_READABLE: usize = 48;
const DIGEST_BYTES: usize = 16;

/// A name for the file of this key: something that people recognise, and a digest that makes it unique.
pub(super) fn of(key: &str) -> String {
    let readable = key.split_once("://").map_or(key, |(_, rest)| rest);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let readable = readable.chars().take(MAX_READABLE);
    let mut name: String = readable
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    name.push('-');
    let digest = digest(&SHA256, key.as_bytes());
    let bytes = digest.as_ref().iter().take(DIGEST_BYTES);
    name.extend(bytes.map(|byte| format!("{byte:02x}")));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_differ() {
        let keys = [
            "https://app.example",
            "https://app.example/api",
            "https://app.example_api",
            "http://app.example/api",
            "https://app.example/../../etc",
            r#"["service account","https://login.example"]"#,
        ];
        let names: std::collections::BTreeSet<_> = keys.iter().map(|key| of(key)).collect();
        assert_eq!(names.len(), keys.len());
        for name in names {
            assert!(!name.contains(['/', '\\', ':', '\n']), "{name}");
        }
        assert!(of(keys[0]).starts_with("app.example-"));
    }
}
