//! JSON objects that every reader reads in the same way.

use serde::de::MapAccess;
use serde_json::{Map, Value};

use crate::jose::{Members, read_object};

/// Leaves every member to the check for duplicates.
struct Unread;

impl<'de> Members<'de> for Unread {
    fn member<A: MapAccess<'de>>(&mut self, _: &str, _: &mut A) -> Result<bool, A::Error> {
        Ok(false)
    }
}

/// The members of an object with unique names at every depth; `None` if the text is something else.
pub fn object(text: &[u8]) -> Option<Map<String, Value>> {
    read_object(text, &mut Unread).ok()?;
    serde_json::from_slice(text).ok()
}
