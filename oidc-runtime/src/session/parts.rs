//! A session as one or two cookies. Browsers store up to 4,096 bytes per cookie, and servers and
//! proxies refuse header fields beyond 8 KiB, so there are never more.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::cookies::Presented;
use super::names::CookieNames;

/// The longest name and value, with the equals sign. Attributes fit into what is left of 4,096.
const MAX_BYTES: usize = 4000;
/// How much of the hash of a session tells whether two parts belong together: eight characters.
const TAG_BYTES: usize = 6;
const TAG_CHARS: usize = 8;
/// The number of parts, the tag, and of what is sealed its version, key id and salt.
const HEAD_CHARS: usize = 40;

/// The values of the cookies of a session.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Parts {
    pub(crate) first: Arc<str>,
    pub(crate) second: Option<String>,
}

impl Parts {
    /// Whether the browser has sent the first of these, and not that of another form of the session.
    /// The salt of each is at the beginning.
    ///
    /// perf: a hit has compared all of the text already; again it takes 500 instructions for a cookie
    /// of 3,600 bytes (bench `count cookie`).
    pub(crate) fn are_sent(&self, presented: &Presented<'_>) -> bool {
        let head = |text: &[u8]| text.first_chunk::<HEAD_CHARS>().copied();
        head(self.first.as_bytes()) == head(presented.first)
    }

    /// The values as sent.
    pub(super) fn values(&self) -> [Option<&[u8]>; 2] {
        let second = self.second.as_deref().map(str::as_bytes);
        [Some(self.first.as_bytes()), second]
    }
}

/// The session does not fit into two cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Splits a sealed session. The first value begins with the number of parts. Two parts have a tag in
/// common, which depends on all of the text, so that parts of different versions are told apart before
/// anything is opened.
pub(crate) fn split(names: &CookieNames, sealed: &str) -> Result<Parts, TooLarge> {
    let whole = format!("1.{sealed}");
    if names.first().len() + "=".len() + whole.len() <= MAX_BYTES {
        return Ok(Parts {
            first: whole.into(),
            second: None,
        });
    }
    let room = room(names);
    let (first, second) = sealed.split_at_checked(room).ok_or(TooLarge)?;
    if second.len() > room {
        return Err(TooLarge);
    }
    let tag = tag_of(sealed.as_bytes());
    Ok(Parts {
        first: format!("2.{tag}.{first}").into(),
        second: Some(format!("{tag}.{second}")),
    })
}

/// How much of a session there is in the first of two parts, and at most in the second.
fn room(names: &CookieNames) -> usize {
    MAX_BYTES - "=".len() - names.second().len() - "2.".len() - TAG_CHARS - ".".len()
}

/// The sealed session; `None` if a part is missing, or from another session or version of it. What
/// is left of a second part does no harm to a session of one.
pub(crate) fn join<'h>(names: &CookieNames, presented: &Presented<'h>) -> Option<Cow<'h, [u8]>> {
    if let Some(whole) = presented.first.strip_prefix(b"1.") {
        return Some(Cow::Borrowed(whole));
    }
    let parts = presented.first.strip_prefix(b"2.")?;
    let (tag, first) = parts.split_at_checked(TAG_CHARS)?;
    let second = presented.second?.strip_prefix(tag)?.strip_prefix(b".")?;
    let first = first.strip_prefix(b".")?;
    let sealed = [first, second].concat();
    // A session has the two values that `split` makes of it and no others.
    let is_as_split = first.len() == room(names) && tag_of(&sealed).as_bytes() == tag;
    is_as_split.then_some(Cow::Owned(sealed))
}

fn tag_of(sealed: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, sealed).as_ref()[..TAG_BYTES])
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session does not fit into two cookies; keep sessions in a store")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names() -> CookieNames {
        CookieNames::new("https://login", "shop", "https://shop", true)
    }

    fn present(parts: &Parts) -> Presented<'_> {
        Presented {
            first: parts.first.as_bytes(),
            second: parts.second.as_deref().map(str::as_bytes),
        }
    }

    fn text(length: usize) -> String {
        "0123456789abcdefghijklmnopqrstuvwxyz-_Z"
            .chars()
            .cycle()
            .take(length)
            .collect()
    }

    /// The longest text of one cookie, and of two.
    fn limits() -> (usize, usize) {
        let names = names();
        let one = MAX_BYTES - names.first().len() - "=1.".len();
        let each = MAX_BYTES - names.second().len() - "=2..".len() - TAG_CHARS;
        (one, 2 * each)
    }

    fn check(length: usize) -> Parts {
        let parts = split(&names(), &text(length)).unwrap();
        let joined = join(&names(), &present(&parts)).unwrap();
        assert_eq!(joined, text(length).as_bytes(), "{length}");
        assert!(names().first().len() + 1 + parts.first.len() <= MAX_BYTES);
        if let Some(second) = &parts.second {
            assert!(names().second().len() + 1 + second.len() <= MAX_BYTES);
        }
        parts
    }

    #[test]
    fn every_length_up_to_the_limit_fits() {
        let (one, two) = limits();
        for length in [0, 1, one - 1, one] {
            assert_eq!(check(length).second, None, "{length}");
        }
        for length in [one + 1, two / 2, two / 2 + 1, two - 1, two] {
            let is_two = length > one;
            assert_eq!(check(length).second.is_some(), is_two, "{length}");
        }
        assert_eq!(split(&names(), &text(two + 1)), Err(TooLarge));
    }

    #[test]
    fn only_parts_of_one_session_are_joined() {
        let (_, two) = limits();
        let older = split(&names(), &text(two)).unwrap();
        let newer = split(&names(), &text(two - 1)).unwrap();
        let mixed = |first: &Parts, second: Option<&str>| {
            let second = second.map(str::as_bytes);
            let first = first.first.as_bytes();
            join(&names(), &Presented { first, second }).is_some()
        };
        assert!(mixed(&newer, newer.second.as_deref()));
        for second in [
            None,
            Some(""),
            Some("x"),
            older.second.as_deref(),
            Some(&*newer.first),
        ] {
            assert!(!mixed(&newer, second), "{second:?}");
        }
        let exchanged = Presented {
            first: newer.second.as_deref().unwrap().as_bytes(),
            second: Some(newer.first.as_bytes()),
        };
        assert!(join(&names(), &exchanged).is_none());
        for first in ["", "1", "2.", "2.x", "3.x", "x", "2.AAAAAAAA", "\"1.x\""] {
            let first = first.as_bytes();
            for second in [None, Some(&b"AAAAAAAA.x"[..])] {
                assert!(join(&names(), &Presented { first, second }).is_none());
            }
        }
    }

    #[test]
    fn a_second_part_that_is_left_over_does_no_harm() {
        let (_, two) = limits();
        let older = split(&names(), &text(two)).unwrap();
        let newer = split(&names(), "newer").unwrap();
        let presented = Presented {
            first: newer.first.as_bytes(),
            second: older.second.as_deref().map(str::as_bytes),
        };
        assert_eq!(join(&names(), &presented).unwrap(), &b"newer"[..]);
    }

    proptest! {
        #[test]
        fn any_values_can_be_joined(first: Vec<u8>, second: Option<Vec<u8>>) {
            let second = second.as_deref();
            let _ = join(&names(), &Presented { first: &first, second });
        }

        #[test]
        fn what_was_split_is_joined(length in 0..8000_usize) {
            if split(&names(), &text(length)).is_ok() {
                check(length);
            }
        }
    }
}
