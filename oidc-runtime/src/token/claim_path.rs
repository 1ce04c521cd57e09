//! Paths to claims, in the notation of `claims(..)`.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

/// Names to descend through: `realm_access.roles`, `resource_access."my api".roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClaimPath(Vec<String>);

impl ClaimPath {
    pub(crate) fn new<const N: usize>(names: [&str; N]) -> Self {
        Self(names.map(str::to_owned).into())
    }

    pub(crate) fn find<'c>(&self, claims: &'c Map<String, Value>) -> Option<&'c Value> {
        value_at(claims, &self.0)
    }
}

/// The value at a path through nested objects.
pub(crate) fn value_at<'c>(
    claims: &'c Map<String, Value>,
    path: &[impl AsRef<str>],
) -> Option<&'c Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(claims.get(first.as_ref())?, |value, name| {
            value.as_object()?.get(name.as_ref())
        })
}

impl FromStr for ClaimPath {
    type Err = MalformedPath;

    fn from_str(text: &str) -> Result<Self, MalformedPath> {
        let mut names = Vec::new();
        let mut rest = text;
        loop {
            let (name, after) = first_name(rest).ok_or(MalformedPath(()))?;
            names.push(name.to_owned());
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(Self(names)),
                None => return Err(MalformedPath(())),
            }
        }
    }
}

/// The first name of a path, and the rest.
fn first_name(text: &str) -> Option<(&str, &str)> {
    let (name, after) = if let Some(quoted) = text.strip_prefix('"') {
        quoted.split_once('"')?
    } else {
        let ends = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-');
        text.split_at(text.find(ends).unwrap_or(text.len()))
    };
    // A backslash starts an escape in the attributes, but not here, so it is rejected.
    (!name.is_empty() && !name.contains('\\')).then_some((name, after))
}

/// The text is not a path to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MalformedPath(());

impl fmt::Display for MalformedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "which is not a path to a claim: expected names separated by dots, in double quotes \
             unless they consist of letters, digits, `_` and `-`",
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(text: &str) -> Option<Vec<String>> {
        text.parse().ok().map(|ClaimPath(names)| names)
    }

    #[test]
    fn names_separated_by_dots() {
        for (text, expected) in [
            ("roles", &["roles"][..]),
            ("realm_access.roles", &["realm_access", "roles"]),
            (
                "resource_access.my-api.roles",
                &["resource_access", "my-api", "roles"],
            ),
            (
                r#"resource_access."my.api".roles"#,
                &["resource_access", "my.api", "roles"],
            ),
            (
                r#""https://example.org/roles""#,
                &["https://example.org/roles"],
            ),
            (r#""a b"."c""#, &["a b", "c"]),
        ] {
            assert_eq!(names(text).expect(text), expected);
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "a b",
            " a",
            "a ",
            "a/b",
            "https://example.org/roles",
            "\"",
            "\"a",
            "a\"",
            "\"\"",
            "a.\"\"",
            "\"a\"b",
            "a\"b\"",
            "\"a\".",
            "\"a\\\"b\"",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }

    #[test]
    fn finds_through_objects_only() {
        let claims = json!({ "a": { "b": { "c": 1 } }, "list": [{ "b": 2 }], "a.b": 3 });
        let find = |text: &str| {
            let path: ClaimPath = text.parse().expect("a path");
            path.find(claims.as_object().expect("an object")).cloned()
        };
        assert_eq!(find("a.b.c"), Some(json!(1)));
        assert_eq!(find(r#""a.b""#), Some(json!(3)));
        assert_eq!(find("a.b"), Some(json!({ "c": 1 })));
        for missing in ["b", "a.c", "a.b.c.d", "list.b", "list.0", "\"a.b\".c"] {
            assert_eq!(find(missing), None, "{missing}");
        }
    }
}
