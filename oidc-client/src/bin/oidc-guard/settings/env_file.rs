//! Files with lines of `NAME=value`, such as `.env`.

use std::collections::BTreeMap;

/// Reads lines of `NAME=value`. Values may be in quotes; empty lines and those that begin with `#` are
/// skipped, and so is `export ` in front.
///
/// # Errors
/// The number of the first line that is something else. Its text may be a secret.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let mut variables = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let (name, value) = line.split_once('=').ok_or(index + 1)?;
        let name = name.trim_end();
        if !is_name(name) {
            return Err(index + 1);
        }
        variables.insert(name.to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(variables)
}

fn is_name(name: &str) -> bool {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts_well
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Without the quotes around it, unless there are quotes inside: `OIDC_ROLES_FROM` has values such as
/// `"https://example.org/roles" permissions`, whose quotes belong to it.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| !inner.contains(quote)) {
            return inner;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_variables() {
        let text = "# comment\n\nOIDC_CLIENT_ID=shop\nexport OIDC_SCOPES = \"profile email\"\r\n\
                    OIDC_AUDIENCE='a b'\nOIDC_ROLES_FROM=\"https://x/roles\" \"y\"\nEMPTY=\nURL=https://x?a=b\n";
        let variables = parse(text).expect("well-formed");
        let expected = [
            ("OIDC_CLIENT_ID", "shop"),
            ("OIDC_SCOPES", "profile email"),
            ("OIDC_AUDIENCE", "a b"),
            ("OIDC_ROLES_FROM", "\"https://x/roles\" \"y\""),
            ("EMPTY", ""),
            ("URL", "https://x?a=b"),
        ];
        assert_eq!(variables.len(), expected.len());
        for (name, value) in expected {
            assert_eq!(
                variables.get(name).map(String::as_str),
                Some(value),
                "{name}"
            );
        }
    }

    #[test]
    fn other_lines_are_named_by_their_number() {
        assert_eq!(parse("A=1\nsecret\n"), Err(2));
        assert_eq!(parse("A B=1"), Err(1));
        assert_eq!(parse("=1"), Err(1));
    }
}
