//! JSON objects with unique member names at every depth.
//!
//! RFC 7515 §4 and RFC 7519 §4 let a parser reject duplicates or use the last one. Parsers that
//! choose differently read different tokens, so duplicates are errors here.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// If a feature of `serde_json` is on, which any crate may switch on, an object with this member is
/// another value to `serde_json::Value`, or none at all: claims would mean one thing to the verifier and
/// another to a rule.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Receives the members of one JSON object.
pub(crate) trait Members<'de> {
    /// Reads the value of `name` from `map`, or leaves it there and returns `false`.
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Reads no member.
struct Ignore;

impl<'de> Members<'de> for Ignore {
    fn member<A: MapAccess<'de>>(&mut self, _: &str, _: &mut A) -> Result<bool, A::Error> {
        Ok(false)
    }
}

/// Passes the members of the JSON object `text` to `members`.
pub(crate) fn read_object<'de>(
    text: &'de [u8],
    members: &mut impl Members<'de>,
) -> serde_json::Result<()> {
    // One check for the whole text is cheaper than one per string.
    let text = std::str::from_utf8(text).map_err(Error::custom)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(ObjectVisitor(members))?;
    deserializer.end()
}

struct ObjectVisitor<'m, M>(&'m mut M);

impl<'de, M: Members<'de>> Visitor<'de> for ObjectVisitor<'_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = Names::default();
        while let Some(name) = map.next_key::<CowStr<'de>>()? {
            if name.0 == RAW_VALUE {
                return Err(A::Error::custom(
                    "a member name that serde_json gives a meaning",
                ));
            }
            if !self.0.member(&name.0, &mut map)? {
                map.next_value::<Checked<'de>>()?;
            }
            seen.add(name)?;
        }
        Ok(())
    }
}

/// A string, borrowed unless it has escapes.
pub(crate) struct CowStr<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for CowStr<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CowStrVisitor;

        impl<'de> Visitor<'de> for CowStrVisitor {
            type Value = CowStr<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<CowStr<'de>, E> {
                Ok(CowStr(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<CowStr<'de>, E> {
                Ok(CowStr(Cow::Owned(text.into())))
            }
        }

        deserializer.deserialize_str(CowStrVisitor)
    }
}

/// How many names are compared one by one, before a tree is used.
///
/// perf: tokens seldom have more claims. A first verification takes 355,000 instructions; with the
/// tree alone 363,000 (bench `count miss`).
const FEW: usize = 24;

/// The member names of an object so far. The header of an unverified token may contain thousands,
/// so all beyond the first few are kept in a tree; so are those with escapes, which are rare.
#[derive(Default)]
struct Names<'de> {
    few: [&'de str; FEW],
    count: usize,
    more: BTreeSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    fn add<E: Error>(&mut self, CowStr(name): CowStr<'de>) -> Result<(), E> {
        if self.few[..self.count].contains(&&*name) {
            return Err(duplicate());
        }
        let is_new = match (name, self.few.get_mut(self.count)) {
            (Cow::Borrowed(name), Some(free)) if self.more.is_empty() => {
                *free = name;
                self.count += 1;
                true
            }
            (name, _) => self.more.insert(name),
        };
        if is_new { Ok(()) } else { Err(duplicate()) }
    }
}

fn duplicate<E: Error>() -> E {
    E::custom("duplicate member name")
}

/// Any value, checked for duplicate names; keeps the text if it is a string.
pub(crate) struct Checked<'de>(Option<Cow<'de, str>>);

impl Checked<'_> {
    /// The string, unless it is empty or the value is something else.
    pub(crate) fn name(self) -> Option<Box<str>> {
        let text = self.0.filter(|text| !text.is_empty());
        text.map(|text| text.into_owned().into())
    }
}

impl<'de> Deserialize<'de> for Checked<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CheckedVisitor)
    }
}

struct CheckedVisitor;

impl<'de> Visitor<'de> for CheckedVisitor {
    type Value = Checked<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Checked<'de>, E> {
        Ok(Checked(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Checked<'de>, E> {
        Ok(Checked(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Checked<'de>, E> {
        Ok(Checked(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Checked<'de>, E> {
        Ok(Checked(None))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Checked<'de>, E> {
        Ok(Checked(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Checked<'de>, E> {
        Ok(Checked(Some(Cow::Owned(text.into()))))
    }

    fn visit_unit<E>(self) -> Result<Checked<'de>, E> {
        Ok(Checked(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Checked<'de>, A::Error> {
        while items.next_element::<Checked<'de>>()?.is_some() {}
        Ok(Checked(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Checked<'de>, A::Error> {
        ObjectVisitor(&mut Ignore).visit_map(map)?;
        Ok(Checked(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(text: impl AsRef<[u8]>) -> bool {
        read_object(text.as_ref(), &mut Ignore).is_ok()
    }

    #[test]
    fn no_object_stands_for_another_value() {
        for value in ["1", r#""x""#, r#""[\"admin\"]""#, r#""1","a":2"#] {
            for name in [RAW_VALUE, r"$serde_json\u003a:private::RawValue"] {
                let object = format!(r#"{{"{name}":{value}}}"#);
                assert!(!accepts(&object), "{object}");
                assert!(!accepts(format!(r#"{{"meta":[{object}]}}"#)), "{object}");
            }
        }
    }

    #[test]
    fn duplicate_names_are_rejected_at_every_depth() {
        assert!(accepts(r#"{"a":1,"b":{"a":[{"a":null}]}}"#));
        assert!(!accepts(r#"{"a":1,"a":1}"#));
        assert!(
            !accepts(r#"{"a":1,"\u0061":1}"#),
            "escapes do not hide a duplicate"
        );
        assert!(
            !accepts(r#"{"\u0061":1,"b":2,"a":1}"#),
            "nor do they if they come first"
        );
        assert!(!accepts(r#"{"\u0061":1,"\u0061":1}"#));
        assert!(accepts(r#"{"\u0061":1,"b":2,"c":1,"\u0064":4}"#));
        assert!(!accepts(r#"{"o":{"a":1,"a":2}}"#));
        assert!(!accepts(r#"{"o":[[{"a":1,"a":2}]]}"#));
    }

    #[test]
    fn only_utf8_is_accepted() {
        assert!(accepts(b"{\"a\":\"\xc3\xa4\"}"));
        assert!(!accepts(b"{\"a\":\"\xff\"}"));
    }

    #[test]
    fn duplicate_names_are_rejected_among_many() {
        let object = |last: usize| {
            let members: Vec<_> = (0..100)
                .chain([last])
                .map(|n| format!("\"{n}\":0"))
                .collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(accepts(object(100)));
        for last in [0, FEW - 1, FEW, FEW + 1, 99] {
            assert!(!accepts(object(last)), "{last} a second time");
        }
    }

    #[test]
    fn only_one_whole_object_is_accepted() {
        for text in [
            "", "[]", "1", "null", "\"a\"", "{", "{}x", "{} {}", "{\"a\":}",
        ] {
            assert!(!accepts(text), "{text}");
        }
        assert!(
            !accepts(format!("{}{}", "{\"a\":".repeat(500), "}".repeat(500))),
            "too deep"
        );
    }
}
