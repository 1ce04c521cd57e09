//! What the tokens of an issuer count for.

use serde_json::{Map, Value};

use super::claim_path::ClaimPath;
use super::names::strings;
use super::roles::RolePlaces;

/// The name of the client's own provider in rules.
pub(crate) const OWN_ISSUER: &str = "own";

/// An issuer as the tokens that it signed refer to it: its name in rules, and which of its claims
/// count for what.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    /// Its place among the issuers of the client.
    pub(crate) number: usize,
    /// Its name in rules.
    pub(crate) name: Box<str>,
    /// Whether its users are let in where no rule names an issuer.
    pub(crate) everywhere: bool,
    /// The claim with the scopes, if it is neither `scope` nor `scp`.
    pub(crate) scopes_from: Option<ClaimPath>,
    pub(crate) roles: RolePlaces,
}

impl Trust {
    /// The client's own provider, whose users are let in everywhere.
    pub(crate) fn own(roles: RolePlaces) -> Self {
        Self {
            number: 0,
            name: OWN_ISSUER.into(),
            everywhere: true,
            scopes_from: None,
            roles,
        }
    }

    /// The same issuer, where these are the accepted audiences.
    pub(crate) fn for_audiences(&self, audiences: &[String]) -> Self {
        Self {
            roles: self.roles.for_audiences(audiences),
            ..self.clone()
        }
    }

    /// The scopes of a token with this payload, separated by spaces, if the issuer has a place of its
    /// own for them.
    pub(super) fn scopes(&self, payload: &[u8]) -> Option<Box<str>> {
        let place = self.scopes_from.as_ref()?;
        let claims: Map<String, Value> = serde_json::from_slice(payload).unwrap_or_default();
        let scopes: Vec<&str> = strings(place.find(&claims)).collect();
        Some(scopes.join(" ").into())
    }
}
