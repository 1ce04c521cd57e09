//! Access tokens that are a random text: what they stand for is kept here.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The claims of opaque access tokens, by their text.
#[derive(Default)]
pub(super) struct OpaqueTokens(HashMap<String, Map<String, Value>>);

impl OpaqueTokens {
    pub(super) fn keep(&mut self, token: String, claims: Map<String, Value>) {
        self.0.insert(token, claims);
    }

    pub(super) fn contains(&self, token: &str) -> bool {
        self.0.contains_key(token)
    }

    pub(super) fn claims(&self, token: &str) -> Option<&Map<String, Value>> {
        self.0.get(token)
    }

    pub(super) fn remove(&mut self, token: &str) {
        self.0.remove(token);
    }
}
