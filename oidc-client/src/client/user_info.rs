//! What the application knows about the user.

use serde_json::{Map, Value};

use crate::error::Error;

/// The response of the userinfo endpoint of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo(Map<String, Value>);

impl UserInfo {
    pub(crate) fn new(members: Map<String, Value>) -> Result<Self, Error> {
        let user = Self(members);
        match user.text("username") {
            Some(_) => Ok(user),
            None => Err(Error::unusable(
                "the application does not say who the user is",
            )),
        }
    }

    /// The name under which the user signs in.
    #[must_use]
    pub fn username(&self) -> &str {
        self.text("username").unwrap_or_default()
    }

    /// The given name.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        self.text("first_name")
    }

    /// The family name.
    #[must_use]
    pub fn last_name(&self) -> Option<&str> {
        self.text("last_name")
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.text("email")
    }

    /// All members of the response.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    fn text(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name)?.as_str();
        text.filter(|text| !text.is_empty())
    }
}
