//! Claims whose values are text until somebody reads them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::jose::CowStr;

/// The members of a JSON object with unique names, in its order.
///
/// perf: a session's claims come from up to three objects, and most are only copied. A first sight of a
/// cookie takes 131,000 instructions, and 233,000 if their values are parsed (bench `count unseal`).
#[derive(Default)]
pub(crate) struct RawClaims<'t> {
    members: Vec<(Cow<'t, str>, &'t RawValue)>,
    /// Where each name is, once there are more than [`FEW`].
    places: BTreeMap<Cow<'t, str>, usize>,
}

/// How many claims are compared one by one: tokens seldom have more, userinfo may have many.
const FEW: usize = 24;

impl<'t> RawClaims<'t> {
    pub(super) fn new() -> Self {
        Self {
            members: Vec::with_capacity(FEW),
            places: BTreeMap::new(),
        }
    }

    /// `None` if the text is not a JSON object with unique names.
    pub(crate) fn parse(text: &'t [u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        serde_json::from_str(text).ok()
    }

    /// A claim that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'t, str>> {
        let (_, value) = self.members.get(self.place(name)?)?;
        let CowStr(text) = serde_json::from_str(value.get()).ok()?;
        Some(text)
    }

    /// Sets a claim, whatever it was.
    pub(super) fn set(&mut self, name: Cow<'t, str>, value: &'t RawValue) {
        match self.place(&name) {
            Some(place) => self.members[place].1 = value,
            None => self.push(name, value),
        }
    }

    /// Sets a claim, unless it is there. Returns whether it was not.
    pub(super) fn add(&mut self, name: Cow<'t, str>, value: &'t RawValue) -> bool {
        let is_new = self.place(&name).is_none();
        if is_new {
            self.push(name, value);
        }
        is_new
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, OneValue<'t>)> {
        let members = self.members.iter();
        members.map(|(name, value)| (&**name, OneValue(value)))
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.members.len() <= FEW {
            self.members.iter().position(|(known, _)| known == name)
        } else {
            self.places.get(name).copied()
        }
    }

    fn push(&mut self, name: Cow<'t, str>, value: &'t RawValue) {
        self.members.push((name, value));
        // Those before were not in it.
        let unplaced = self.places.len()..self.members.len();
        if self.members.len() > FEW {
            for place in unplaced {
                self.places.insert(self.members[place].0.clone(), place);
            }
        }
    }
}

impl<'t> IntoIterator for RawClaims<'t> {
    type Item = (Cow<'t, str>, &'t RawValue);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
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
                    if !claims.add(name, value) {
                        return Err(A::Error::custom("duplicate member name"));
                    }
                }
                Ok(claims)
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

impl Serialize for RawClaims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.members.iter();
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
    fn names_are_unique() {
        assert!(parse(r#"{"a":1,"b":2,"\u0061":3}"#).is_none());
        let mut claims = parse(r#"{"a":"1","b":2}"#).unwrap();
        for (name, value) in parse(r#"{"\u0061":"3"}"#).unwrap() {
            claims.set(name, value);
        }
        for (name, value) in parse(r#"{"a":4,"c":5}"#).unwrap() {
            claims.add(name, value);
        }
        assert_eq!(claims.text("a").as_deref(), Some("3"));
        let written = serde_json::to_string(&claims).unwrap();
        assert_eq!(written, r#"{"a":"3","b":2,"c":5}"#);
    }

    #[test]
    fn many_are_found_as_well() {
        let members = |numbers: std::ops::Range<usize>| {
            let members = numbers.map(|number| format!(r#""n{number}":"{number}""#));
            members.collect::<Vec<_>>().join(",")
        };
        let (few, many) = (members(0..20), members(0..10_000));
        let (few, many) = (format!("{{{few}}}"), format!("{{{many}}}"));
        let mut claims = parse(&few).unwrap();
        for (name, value) in parse(&many).unwrap() {
            claims.add(name, value);
        }
        assert_eq!(serde_json::to_string(&claims).unwrap(), many);
        assert_eq!(claims.text("n9999").as_deref(), Some("9999"));
        assert!(parse(&many.replace("n9999", "n25")).is_none());
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
