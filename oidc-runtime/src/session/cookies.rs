//! The session cookies of a request (RFC 6265 §4.2).

use memchr::memchr;

use super::names::CookieNames;

/// What a request has of the session cookies.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) enum Found<'h> {
    None,
    One(Presented<'h>),
    /// Several of one name: another host of the domain may have set one of them, and nothing says
    /// which is ours.
    Duplicate,
}

/// The values of the session cookies, as sent. Nothing in them is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Presented<'h> {
    /// Empty if there is only a second one.
    pub(crate) first: &'h [u8],
    pub(crate) second: Option<&'h [u8]>,
}

/// Finds the session cookies; `fields` are the values of the request's `Cookie` fields.
///
/// Quotes are part of a value, and ours have none.
///
/// perf: every request is searched. This jumps from name to name: 15 ns for 470 bytes of other
/// cookies and 30 ns for a session of 3,300 bytes; splitting the cookies takes 150 and 850 ns.
pub(crate) fn find<'h>(names: &CookieNames, fields: impl Iterator<Item = &'h [u8]>) -> Found<'h> {
    let mut parts = [None; 2];
    let is_each_single = each(names, fields, |part, text| {
        let value = &text[..memchr(b';', text).unwrap_or(text.len())];
        let is_first = parts[part].replace(value.trim_ascii()).is_none();
        is_first.then_some(value.len())
    });
    match parts {
        _ if is_each_single.is_none() => Found::Duplicate,
        [None, None] => Found::None,
        [first, second] => Found::One(Presented {
            first: first.unwrap_or_default(),
            second,
        }),
    }
}

/// Whether the session cookies of a request are these and no others, written as browsers write them.
///
/// perf: this compares where [`find`] looks for the end of the value first, which takes 480
/// instructions for 3,400 bytes (bench `count cookie-principal`).
pub(crate) fn are_only<'h>(
    values: [Option<&[u8]>; 2],
    names: &CookieNames,
    fields: impl Iterator<Item = &'h [u8]>,
) -> bool {
    let mut missing = values;
    let are_equal = each(names, fields, |part, text| {
        let value = missing[part].take()?;
        let is_end = |after: &[u8]| matches!(after.first(), None | Some(b';'));
        let is_equal = text.strip_prefix(value).is_some_and(is_end);
        is_equal.then_some(value.len())
    });
    are_equal.is_some() && missing == [None; 2]
}

/// Calls `found` for each session cookie, with which of the two it is, and the text that begins with its
/// value. It returns the length of the value, or `None` to stop.
fn each<'h>(
    names: &CookieNames,
    fields: impl Iterator<Item = &'h [u8]>,
    mut found: impl FnMut(usize, &'h [u8]) -> Option<usize>,
) -> Option<()> {
    for mut rest in fields {
        let mut is_start = true;
        while let Some(at) = names.finder().find(rest) {
            let is_name = begins_cookie(&rest[..at], is_start);
            is_start = false;
            rest = &rest[at + names.first().len()..];
            let Some((part, after)) = after_name(rest).filter(|_| is_name) else {
                continue;
            };
            rest = &after[found(part, after)?..];
        }
    }
    Some(())
}

/// Whether a cookie begins after this: nothing is before it in its field, or a semicolon.
fn begins_cookie(before: &[u8], is_start: bool) -> bool {
    match before.trim_ascii_end().last() {
        Some(last) => *last == b';',
        None => is_start,
    }
}

/// Which of the cookies it is, and what follows its equals sign. `text` follows the common part of
/// their names.
fn after_name(text: &[u8]) -> Option<(usize, &[u8])> {
    let first = text.strip_prefix(b"=").map(|value| (0, value));
    first.or_else(|| text.strip_prefix(b".1=").map(|value| (1, value)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names() -> CookieNames {
        CookieNames::new("https://login", "shop", "https://shop", false)
    }

    /// `N` stands for the name of the first cookie.
    fn fields(fields: &[&str]) -> Vec<String> {
        let name = names();
        let fields = fields.iter().map(|field| field.replace('N', name.first()));
        fields.collect()
    }

    fn check(sent: &[&str], expected: Found<'_>) {
        let fields = fields(sent);
        let found = find(&names(), fields.iter().map(String::as_bytes));
        assert!(found == expected, "{sent:?}: {found:?}");
    }

    fn one<'h>(first: &'h str, second: Option<&'h str>) -> Found<'h> {
        Found::One(Presented {
            first: first.as_bytes(),
            second: second.map(str::as_bytes),
        })
    }

    #[test]
    fn ours_are_found_among_others() {
        for sent in [
            &["N=v"][..],
            &["a=b; N=v"],
            &["N=v; a=b"],
            &["a=b;N=v;c=d"],
            &["a=b; \t N= v \t; c=d"],
            &["a=b", "N=v", "c=d"],
            &["", ";", "N=v;"],
            &["xN=w; N=v; Nx=w; N.2=w; N.10=w; n=w"],
            &["a=N=w; N=v"],
            &["a=N; N=v"],
            &["N; N=v"],
            &["NN=w; N=v"],
            &["N =w; N=v"],
            &["\u{e9}=\u{fc}; N=v"],
        ] {
            check(sent, one("v", None));
        }
        for sent in [
            &["N=v; N.1=w"][..],
            &["N.1=w; N=v"],
            &["N.1=w; a=b", "N=v"],
            &["N=v", "N.1=w"],
        ] {
            check(sent, one("v", Some("w")));
        }
        check(&["N.1=w"], one("", Some("w")));
        check(&["N=; a=b"], one("", None));
        check(&["N=a=b; c=d"], one("a=b", None));
        check(&["N=\"v\""], one("\"v\"", None));
    }

    #[test]
    fn only_the_same_cookies_are_the_same() {
        let are = |values, sent: &[&str]| {
            let fields = fields(sent);
            are_only(values, &names(), fields.iter().map(String::as_bytes))
        };
        let one = [Some(&b"v"[..]), None];
        for sent in [
            &["N=v"][..],
            &["a=b; N=v; c=d"],
            &["a=b", "N=v;"],
            &["xN=w; N=v"],
        ] {
            assert!(are(one, sent), "{sent:?}");
        }
        for sent in [
            &[][..],
            &["N=vv"],
            &["N="],
            &["N=w"],
            &["N=v; N=v"],
            &["N=v", "N=w"],
            &["N=v; N.1=w"],
            &["N.1=v"],
            &["n=v"],
        ] {
            assert!(!are(one, sent), "{sent:?}");
        }
        let two = [Some(&b"v"[..]), Some(&b"w"[..])];
        for sent in [&["N=v; N.1=w"][..], &["N.1=w", "N=v"]] {
            assert!(are(two, sent), "{sent:?}");
        }
        for sent in [
            &["N=v"][..],
            &["N.1=w"],
            &["N=w; N.1=v"],
            &["N=v; N.1=w; N.1=w"],
        ] {
            assert!(!are(two, sent), "{sent:?}");
        }
    }

    #[test]
    fn without_ours_there_is_none() {
        for sent in [
            &[][..],
            &[""],
            &["a=b; c=d"],
            &["xN=v"],
            &["x N=v"],
            &["a=\"x N=v\""],
            &["Nx=v"],
            &["N"],
            &["N.1"],
            &["N.2=v"],
            &["a=N=v"],
        ] {
            check(sent, Found::None);
        }
    }

    #[test]
    fn two_of_one_name_are_none() {
        for sent in [
            &["N=v; N=w"][..],
            &["N=v; N=v"],
            &["N=v", "N=v"],
            &["N=v; a=b; N="],
            &["N=v; N=\"v\""],
            &["N=v; N.1=a; N.1=b"],
            &["N.1=a", "N.1=a", "N=v"],
        ] {
            check(sent, Found::Duplicate);
        }
    }

    /// By splitting.
    fn find_slowly<'h>(name: &str, fields: &'h [String]) -> (Vec<&'h str>, Vec<&'h str>) {
        let second = format!("{name}.1");
        let pairs = || {
            let pairs = fields.iter().flat_map(|field| field.split(';'));
            pairs.filter_map(|pair| pair.split_once('='))
        };
        let trim = |text: &'h str| text.trim_matches([' ', '\t']);
        let named = |wanted: &str| {
            let named = pairs().filter(|(name, _)| name.trim_start_matches([' ', '\t']) == wanted);
            named.map(|(_, value)| trim(value)).collect()
        };
        (named(name), named(&second))
    }

    proptest! {
        #[test]
        fn splitting_finds_the_same(
            sent in prop::collection::vec("(N|N|[a;= \t\"]|\\.1=|=|; ){0,12}", 0..3)
        ) {
            let sent: Vec<&str> = sent.iter().map(String::as_str).collect();
            let fields = fields(&sent);
            let found = find(&names(), fields.iter().map(String::as_bytes));
            let (first, second) = find_slowly(names().first(), &fields);
            let expected = match (first.as_slice(), second.as_slice()) {
                ([], []) => Found::None,
                ([_, _, ..], _) | (_, [_, _, ..]) => Found::Duplicate,
                (first, second) => one(
                    first.first().copied().unwrap_or_default(),
                    second.first().copied(),
                ),
            };
            prop_assert!(found == expected, "{:?}", found);
        }

        #[test]
        fn what_was_found_is_all_there_is(
            sent in prop::collection::vec("(N|N|[a;= ]|\\.1=|=|; ){0,12}", 0..3)
        ) {
            let sent: Vec<&str> = sent.iter().map(String::as_str).collect();
            let fields = fields(&sent);
            let are_only = |values| are_only(values, &names(), fields.iter().map(String::as_bytes));
            let found = find(&names(), fields.iter().map(String::as_bytes));
            for first in [None, Some(&b""[..]), Some(b"a")] {
                for second in [None, Some(&b""[..]), Some(b"a")] {
                    let is_same = match found {
                        Found::None => (first, second) == (None, None),
                        Found::One(found) => {
                            (found.first, found.second) == (first.unwrap_or_default(), second)
                        }
                        Found::Duplicate => false,
                    };
                    prop_assert!(is_same || !are_only([first, second]), "{:?}", found);
                }
            }
        }

        #[test]
        fn any_bytes_can_be_searched(bytes: Vec<u8>) {
            prop_assert!(find(&names(), [bytes.as_slice()].into_iter()) == Found::None);
        }
    }
}
