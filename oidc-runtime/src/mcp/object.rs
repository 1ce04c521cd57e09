//! One level of a JSON object, with unique members.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::jose::CowStr;

/// How many members an object may have, so that a body takes little more memory than its text.
const MAX_MEMBERS: usize = 1024;

/// Why a body is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// It is not JSON, or JSON that parsers read differently.
    Syntax,
    /// It is JSON, but no JSON-RPC 2.0 message of MCP.
    Message,
}

/// The members of an object. Their values are checked to be JSON and not read any further.
#[derive(Default)]
pub(super) struct Object<'b>(BTreeMap<Cow<'b, str>, &'b RawValue>);

impl<'b> Object<'b> {
    /// A duplicate is no syntax. What is no object, or has too many members, is no message.
    pub(super) fn parse(value: &'b RawValue) -> Result<Self, Malformed> {
        if !value.get().starts_with('{') {
            return Err(Malformed::Message);
        }
        let mut reason = Malformed::Syntax;
        let visitor = ObjectVisitor(&mut reason);
        let mut deserializer = serde_json::Deserializer::from_str(value.get());
        let parsed = deserializer.deserialize_map(visitor);
        parsed.map_err(|_| reason)
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

/// Says why it fails.
struct ObjectVisitor<'r>(&'r mut Malformed);

impl<'de> Visitor<'de> for ObjectVisitor<'_> {
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
            if members.len() > MAX_MEMBERS {
                *self.0 = Malformed::Message;
                return Err(A::Error::custom("too many members"));
            }
        }
        Ok(Object(members))
    }
}
