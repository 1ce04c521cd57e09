//! What the application knows about the user.

use serde_json::{Map, Value};

/// The response of the userinfo endpoint of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo(Map<String, Value>);

impl UserInfo {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// The name under which the user signs in.
    pub fn username(&self) -> Option<&str> {
        self.text("username")
    }

    /// The given name.
    pub fn first_name(&self) -> Option<&str> {
        self.text("first_name")
    }

    /// The family name.
    pub fn last_name(&self) -> Option<&str> {
        self.text("last_name")
    }

    /// The e-mail address.
    pub fn email(&self) -> Option<&str> {
        self.text("email")
    }

    /// All members of the response.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    fn text(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name)?.as_str();
        text.filter(|text| !text.is_empty())
    }
}
