//! The claims in which providers put roles.

use serde_json::{Map, Value};

use super::claim_path::ClaimPath;
use super::names::strings;

/// The claims that hold roles.
#[derive(Clone, Debug)]
pub(crate) struct RolePlaces {
    places: Vec<ClaimPath>,
    usual: Option<Usual>,
    /// What is put before each role.
    pub(super) prefix: String,
}

/// The places are the default.
#[derive(Clone, Debug)]
struct Usual {
    client_id: Option<String>,
}

impl RolePlaces {
    pub(crate) fn new(places: Vec<ClaimPath>) -> Self {
        Self {
            places,
            usual: None,
            prefix: String::new(),
        }
    }

    pub(crate) fn with_prefix(self, prefix: String) -> Self {
        Self { prefix, ..self }
    }

    /// The default: the usual claims, and of Keycloak's roles per client only those of this
    /// application, since the others are granted by the administrators of other clients.
    pub(crate) fn usual<'a>(client_id: Option<&'a str>, audiences: Option<&'a [String]>) -> Self {
        let others = audiences.into_iter().flatten().map(String::as_str);
        let others = others.filter(|audience| client_id != Some(*audience));
        let clients = client_id.into_iter().chain(others);
        let of_client = |name| ClaimPath::new(["resource_access", name, "roles"]);
        let everywhere = [
            ClaimPath::new(["roles"]),
            ClaimPath::new(["groups"]),
            ClaimPath::new(["realm_access", "roles"]),
        ];
        Self {
            places: everywhere
                .into_iter()
                .chain(clients.map(of_client))
                .collect(),
            usual: Some(Usual {
                client_id: client_id.map(str::to_owned),
            }),
            prefix: String::new(),
        }
    }

    /// The same where these are the accepted audiences: the roles of other ones do not count.
    pub(super) fn for_audiences(&self, audiences: &[String]) -> Self {
        match &self.usual {
            Some(Usual { client_id }) => {
                Self::usual(client_id.as_deref(), Some(audiences)).with_prefix(self.prefix.clone())
            }
            None => self.clone(),
        }
    }

    /// The roles from all places, without the prefix. A role found in two places occurs twice.
    pub(super) fn of<'c>(
        &'c self,
        claims: &'c Map<String, Value>,
    ) -> impl Iterator<Item = &'c str> {
        self.places
            .iter()
            .flat_map(|place| strings(place.find(claims)))
    }
}
