//! Where providers put roles.

use serde_json::{Map, Value};

use super::id_token::strings;

/// The roles of a user, flattened. A role that stands in two places comes twice.
pub(super) fn roles(claims: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let plain = ["roles", "groups"]
        .into_iter()
        .flat_map(|name| strings(claims.get(name)));
    // Keycloak.
    let realm = strings(
        claims
            .get("realm_access")
            .and_then(|realm| realm.get("roles")),
    );
    let clients = claims.get("resource_access").and_then(Value::as_object);
    let clients = clients.into_iter().flat_map(|clients| {
        clients
            .values()
            .flat_map(|client| strings(client.get("roles")))
    });
    plain.chain(realm).chain(clients)
}
