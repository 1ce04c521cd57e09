//! The parameters of a request.

use std::collections::HashMap;

use url::form_urlencoded;

/// The only parameter that a request may repeat (RFC 8707 §2).
const RESOURCE: &str = "resource";

/// The parameters of a request, from its query or its form.
pub(crate) struct Params {
    values: HashMap<String, Vec<String>>,
    repeated: Option<String>,
}

impl Params {
    pub(crate) fn parse(text: &[u8]) -> Self {
        let mut params = Self {
            values: HashMap::new(),
            repeated: None,
        };
        for (name, value) in form_urlencoded::parse(text) {
            let values = params.values.entry(name.to_string()).or_default();
            values.push(value.into_owned());
            if values.len() > 1 && name != RESOURCE {
                params.repeated = Some(name.into_owned());
            }
        }
        params
    }

    /// A parameter without a value counts as omitted (RFC 6749 §3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub(crate) fn resources(&self) -> impl Iterator<Item = &str> {
        self.all(RESOURCE)
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

    /// A parameter that is repeated against RFC 6749 §3.1.
    pub(crate) fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.values.get(name).into_iter().flatten();
        values.map(String::as_str).filter(|value| !value.is_empty())
    }
}
