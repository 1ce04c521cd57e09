//! One level of a JSON object, with unique members.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::jose::CowStr;

/// The members of an object. Their values are checked to be JSON and not read any further.
///
/// A body may have hundreds of thousands of members, so they are in a tree.
#[derive(Default)]
pub(super) struct Object<'b>(BTreeMap<Cow<'b, str>, &'b RawValue>);

impl<'b> Object<'b> {
    /// `None` if it is no object, or has two members of a name.
    pub(super) fn parse(value: &'b RawValue) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(value.get());
        deserializer.deserialize_map(ObjectVisitor).ok()
    }

    pub(super) fn get(&self, name: &str) -> Option<&'b RawValue> {
        self.0.get(name).copied()
    }
}

/// The text of a string; `None` for any other value.
pub(super) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str(value.get())
        .ok()
        .map(|CowStr(text)| text)
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((CowStr(name), value)) = map.next_entry::<CowStr<'de>, &'de RawValue>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate member"));
            }
        }
        Ok(Object(members))
    }
}
