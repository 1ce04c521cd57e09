//! The user's names, from the claims that different providers use for them.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::token::names::{EMAIL, FAMILY_NAME, GIVEN_NAME, USERNAME, text_claim};

/// The body of the userinfo endpoint.
#[derive(Serialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct UserInfo {
    username: String,
    last_name: String,
    first_name: String,
    pw_name: String,
    pub(super) email: Option<String>,
}

impl UserInfo {
    /// `None` without a user name.
    pub(super) fn of(claims: &Map<String, Value>) -> Option<Self> {
        let username = text_claim(claims, &USERNAME)?.to_owned();
        let (first_name, last_name) = names(claims);
        Some(Self {
            pw_name: username.clone(),
            username,
            last_name,
            first_name,
            email: text_claim(claims, &EMAIL).map(str::to_owned),
        })
    }

    pub(super) fn has_names(&self) -> bool {
        !self.first_name.is_empty() && !self.last_name.is_empty()
    }
}

/// First and last name: the claims for them, and what is missing from the full name.
fn names(claims: &Map<String, Value>) -> (String, String) {
    let given = text_claim(claims, &GIVEN_NAME);
    let family = text_claim(claims, &FAMILY_NAME);
    let full = text_claim(claims, &["name"]).unwrap_or_default().trim();
    let (first, last) = match (given, family) {
        (Some(given), Some(family)) => (given, family),
        (Some(given), None) => (given, rest(full.strip_prefix(given))),
        (None, Some(family)) => (rest(full.strip_suffix(family)), family),
        (None, None) => split(full),
    };
    (first.to_owned(), last.to_owned())
}

fn rest(rest: Option<&str>) -> &str {
    rest.unwrap_or_default().trim()
}

/// Splits a full name: `Doe, Jane`; before a particle in lower case, as in `Jane van der Doe`;
/// or else before the last word.
fn split(full: &str) -> (&str, &str) {
    if let Some((last, first)) = full.split_once(',') {
        return (first.trim(), last.trim());
    }
    let mut starts = full
        .match_indices(' ')
        .map(|(space, _)| space + 1)
        .filter(|start| {
            full.get(*start..)
                .is_some_and(|rest| !rest.starts_with(' '))
        });
    let particle = |start: &usize| {
        let next = full.get(*start..).and_then(|rest| rest.chars().next());
        next.is_some_and(char::is_lowercase)
    };
    let Some(at) = starts.clone().find(particle).or_else(|| starts.next_back()) else {
        return (full, "");
    };
    let (first, last) = full.split_at(at);
    (first.trim_end(), last)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names_of(claims: &Value) -> (String, String) {
        names(claims.as_object().unwrap())
    }

    #[test]
    fn names_with_several_words_are_kept_whole() {
        for claims in [
            json!({ "given_name": "Mary Jane", "family_name": "van der Doe", "name": "x y" }),
            json!({ "first_name": "Mary Jane", "last_name": "van der Doe" }),
            json!({ "first_name": "Mary Jane", "surname": "van der Doe" }),
            json!({ "given_name": "Mary Jane", "name": "Mary Jane van der Doe" }),
            json!({ "family_name": "van der Doe", "name": "Mary Jane van der Doe" }),
            json!({ "name": "Mary Jane van der Doe" }),
            json!({ "name": "van der Doe, Mary Jane" }),
        ] {
            assert_eq!(
                names_of(&claims),
                ("Mary Jane".into(), "van der Doe".into()),
                "{claims}"
            );
        }
    }

    #[test]
    fn full_names_are_split() {
        for (full, first, last) in [
            ("", "", ""),
            ("Madonna", "Madonna", ""),
            ("Jane Doe", "Jane", "Doe"),
            ("  Jane   Doe ", "Jane", "Doe"),
            ("Mary Jane Doe", "Mary Jane", "Doe"),
            (
                "\u{c9}lodie \u{d6}zt\u{fc}rk",
                "\u{c9}lodie",
                "\u{d6}zt\u{fc}rk",
            ),
            ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ] {
            assert_eq!(split(full.trim()), (first, last), "{full}");
        }
    }

    #[test]
    fn a_user_name_is_required() {
        let info = |claims: Value| UserInfo::of(claims.as_object().unwrap());
        assert_eq!(
            info(json!({ "name": "Jane Doe", "email": "j@example.org" })),
            None
        );
        assert_eq!(info(json!({ "username": "" })), None);
        assert_eq!(info(json!({ "preferred_username": 7 })), None);
        let found = info(json!({ "uid": "jane", "preferred_username": null })).unwrap();
        assert_eq!(
            (found.username.as_str(), found.pw_name.as_str()),
            ("jane", "jane")
        );
        assert_eq!(found.email, None);
    }
}
