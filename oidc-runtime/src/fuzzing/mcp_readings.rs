//! What any parser might take a body for.
//!
//! Shares no code with the guard: it reads on where the guard gives up, and takes each of several
//! members of a name for the one that counts.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The tools that a body may run, and whether it can be read to its end.
pub(super) fn tools(body: &[u8]) -> (BTreeSet<String>, bool) {
    let body = String::from_utf8_lossy(body);
    let body = body.trim_start_matches('\u{feff}');
    let mut tools = BTreeSet::new();
    for value in serde_json::Deserializer::from_str(body).into_iter() {
        match value {
            Ok(Json::Array(batch)) => tools.extend(batch.iter().flat_map(called)),
            Ok(message) => tools.extend(called(&message)),
            Err(_) => return (tools, false),
        }
    }
    (tools, true)
}

/// The tools that one message may call.
fn called(message: &Json) -> BTreeSet<String> {
    let calls = message
        .members("method")
        .any(|method| matches!(method, Json::Text(method) if method == "tools/call"));
    let params = message.members("params").filter(|_| calls);
    let names = params.flat_map(|params| params.members("name"));
    let names = names.filter_map(|name| match name {
        Json::Text(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// JSON, as far as it matters; an object may have several members of a name.
enum Json {
    Object(Vec<(String, Self)>),
    Array(Vec<Self>),
    Text(String),
    Other,
}

impl Json {
    fn members<'j>(&'j self, name: &'static str) -> impl Iterator<Item = &'j Self> {
        let members: &[_] = match self {
            Self::Object(members) => members,
            _ => &[],
        };
        let named = members.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Json::Object(object))
    }
}
