//! What must not be printed, and how it is recognised.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::reply::Reply;

/// A part of a secret of this length is recognised everywhere. A shorter one is of no value.
const WINDOW: usize = 16;

/// Where each part of a secret comes from.
#[derive(Debug, Default)]
pub(crate) struct Secrets(BTreeMap<Vec<u8>, String>);

impl Secrets {
    pub(crate) fn add(&mut self, name: &str, secret: &str) {
        assert!(secret.len() >= WINDOW, "{name} is too short for a secret");
        for window in secret.as_bytes().windows(WINDOW) {
            self.0.insert(window.to_vec(), name.to_owned());
        }
    }

    /// A signed token: its header contains nothing about the user.
    pub(crate) fn add_token(&mut self, name: &str, token: &str) {
        let parts: Vec<_> = token.split('.').collect();
        let [_, payload, signature] = parts[..] else {
            return self.add(name, token);
        };
        self.add(&format!("the payload of {name}"), payload);
        if !signature.is_empty() {
            self.add(&format!("the signature of {name}"), signature);
        }
    }

    /// The tokens of a successful response.
    pub(crate) fn add_response(&mut self, response: &Value) {
        for name in ["access_token", "refresh_token", "device_code", "id_token"] {
            if let Some(token) = response[name].as_str() {
                self.add_token(name, token);
            }
        }
    }

    /// The name of a secret of which a part is in the text.
    pub(crate) fn found_in(&self, text: &str) -> Option<&str> {
        let mut windows = text.as_bytes().windows(WINDOW);
        windows.find_map(|window| self.0.get(window).map(String::as_str))
    }

    /// # Panics
    ///
    /// When a secret is in the text.
    #[track_caller]
    pub(crate) fn assert_none_in(&self, place: &str, text: &str) {
        if let Some(secret) = self.found_in(text) {
            panic!("{place} shows {secret}: {text}");
        }
    }

    /// Searches the whole response except what is meant to contain a secret.
    #[track_caller]
    pub(crate) fn assert_none_in_response(&self, case: &str, reply: &Reply) {
        let grants = reply.body.contains("_token\":") || reply.body.contains("device_code\":");
        if reply.status != 200 || !grants {
            self.assert_none_in(&format!("{case}: the body"), &reply.body);
        }
        let carries = |name: &str| name == "set-cookie" || name == "location";
        for (name, value) in &reply.headers {
            if !carries(name.as_str()) {
                let value = String::from_utf8_lossy(value.as_bytes());
                self.assert_none_in(&format!("{case}: {name}"), &value);
            }
        }
    }
}
