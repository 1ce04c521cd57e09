//! The claims in which providers put roles.

use serde_json::{Map, Value};

use super::claim_path::ClaimPath;
use super::names::strings;

/// The claims that hold roles.
#[derive(Debug)]
pub(crate) struct RolePlaces(Vec<ClaimPath>);

impl RolePlaces {
    pub(crate) fn new(places: Vec<ClaimPath>) -> Self {
        Self(places)
    }

    /// The default: the usual claims, and of Keycloak's roles per client only those of this
    /// application, since the others are granted by the administrators of other clients.
    pub(crate) fn usual<'a>(client_id: &'a str, audiences: Option<&'a [String]>) -> Self {
        let others = audiences.into_iter().flatten().map(String::as_str);
        let others = others.filter(|audience| *audience != client_id);
        let of_client = |name| ClaimPath::new(["resource_access", name, "roles"]);
        let everywhere = [
            ClaimPath::new(["roles"]),
            ClaimPath::new(["groups"]),
            ClaimPath::new(["realm_access", "roles"]),
            of_client(client_id),
        ];
        Self(
            everywhere
                .into_iter()
                .chain(others.map(of_client))
                .collect(),
        )
    }

    /// The roles from all places. A role found in two places occurs twice.
    pub(super) fn of<'c>(
        &'c self,
        claims: &'c Map<String, Value>,
    ) -> impl Iterator<Item = &'c str> {
        let Self(places) = self;
        places.iter().flat_map(|place| strings(place.find(claims)))
    }
}
