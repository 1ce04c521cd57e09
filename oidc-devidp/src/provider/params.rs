//! The parameters of a request.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use url::form_urlencoded;

/// The parameters of a request, from its query or its form.
pub(crate) struct Params {
    values: HashMap<String, String>,
    repeated: Option<String>,
}

impl Params {
    pub(crate) fn parse(text: &[u8]) -> Self {
        let mut params = Self {
            values: HashMap::new(),
            repeated: None,
        };
        for (name, value) in form_urlencoded::parse(text) {
            match params.values.entry(name.into_owned()) {
                Entry::Vacant(slot) => drop(slot.insert(value.into_owned())),
                Entry::Occupied(slot) => params.repeated = Some(slot.key().clone()),
            }
        }
        params
    }

    /// A parameter without a value counts as omitted (RFC 6749 §3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The items of a space separated list; none when the parameter is omitted.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let value = self.get(name).unwrap_or_default();
        value
            .split(' ')
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A parameter that was there more than once, which RFC 6749 §3.1 forbids.
    pub(crate) fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }
}
