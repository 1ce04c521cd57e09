//! Claims whose values are text until somebody reads them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::jose::CowStr;

/// The members of a JSON object, in its order. Of several with one name, the last one counts.
///
/// perf: a session's claims come from up to three objects, and most are only copied. A first sight of a
/// cookie takes 131,000 instructions, and 233,000 if their values are parsed (bench `count unseal`).
#[derive(Default)]
pub(crate) struct RawClaims<'t>(Vec<(Cow<'t, str>, &'t RawValue)>);

/// How many claims there is room for at once: tokens seldom have more.
const ROOM: usize = 24;

impl<'t> RawClaims<'t> {
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(ROOM))
    }

    /// `None` if the text is not a JSON object.
    pub(crate) fn parse(text: &'t [u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        serde_json::from_str(text).ok()
    }

    /// A claim that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'t, str>> {
        let (_, value) = self.0.iter().rfind(|(known, _)| known == name)?;
        let CowStr(text) = serde_json::from_str(value.get()).ok()?;
        Some(text)
    }

    /// Sets a claim, whatever it was.
    pub(super) fn set(&mut self, name: Cow<'t, str>, value: &'t RawValue) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// Sets a claim, unless it is there.
    pub(super) fn add(&mut self, name: Cow<'t, str>, value: &'t RawValue) {
        if self.0.iter().all(|(known, _)| *known != name) {
            self.0.push((name, value));
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, OneValue<'t>)> {
        let members = self.0.iter();
        members.map(|(name, value)| (&**name, OneValue(value)))
    }
}

impl<'t> IntoIterator for RawClaims<'t> {
    type Item = (Cow<'t, str>, &'t RawValue);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The value of a claim, for those who read it out of an object.
pub(super) struct OneValue<'t>(&'t RawValue);

impl<'t> MapAccess<'t> for OneValue<'t> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        _: K,
    ) -> serde_json::Result<Option<K::Value>> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> serde_json::Result<V::Value> {
        seed.deserialize(self.0)
    }
}

impl<'de> Deserialize<'de> for RawClaims<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = RawClaims<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawClaims<'de>, A::Error> {
                let mut claims = RawClaims::new();
                while let Some((CowStr(name), value)) = map.next_entry()? {
                    claims.0.push((name, value));
                }
                Ok(claims)
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

impl Serialize for RawClaims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.0.iter();
        serializer.collect_map(members.map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<RawClaims<'_>> {
        RawClaims::parse(text.as_bytes())
    }

    #[test]
    fn what_was_read_is_written() {
        for (text, expected) in [
            ("{}", "{}"),
            (" { \"a\" : [1, \"x\"] }\n", r#"{"a":[1, "x"]}"#),
            (r#"{"a":1,"b":{"c":null}}"#, r#"{"a":1,"b":{"c":null}}"#),
            (
                r#"{"\"":18446744073709551616}"#,
                r#"{"\"":18446744073709551616}"#,
            ),
        ] {
            let claims = parse(text).unwrap();
            assert_eq!(serde_json::to_string(&claims).unwrap(), expected);
        }
    }

    #[test]
    fn the_last_of_one_name_counts() {
        let twice = r#"{"a":"1","b":"2","\u0061":"3"}"#;
        assert_eq!(parse(twice).unwrap().text("a").as_deref(), Some("3"));
        let mut claims = RawClaims::default();
        for (name, value) in parse(twice).unwrap() {
            claims.set(name, value);
        }
        for (name, value) in parse(r#"{"a":4,"c":5}"#).unwrap() {
            claims.add(name, value);
        }
        let written = serde_json::to_string(&claims).unwrap();
        assert_eq!(written, r#"{"a":"3","b":"2","c":5}"#);
    }

    #[test]
    fn what_is_no_object_is_none() {
        for text in ["", "[]", "1", "{", "{}x", "{\"a\":}", "{\"a\":1,}", "{1:1}"] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(RawClaims::parse(b"{\"a\":\"\xff\"}").is_none());
    }

    #[test]
    fn strings_are_unescaped() {
        let claims = parse(r#"{"a":"\u0041b","n":7,"o":{"a":"c"}}"#).unwrap();
        assert_eq!(claims.text("a").as_deref(), Some("Ab"));
        for name in ["n", "o", "b", ""] {
            assert_eq!(claims.text(name), None, "{name}");
        }
    }
}
