//! Routes for the users of several issuers, and the state of these.

use oidc::{Oidc, Principal};
use serde_json::json;

use super::Reply;
use super::guards::scope;
use super::notes_api::describe;

#[oidc::required(issuer = "partner")]
pub(crate) async fn partner(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(issuer("own", "partner"))]
pub(crate) async fn both(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(issuer = "staff")]
pub(crate) async fn staff(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(issuer = "partner", scopes = "notes:read", registry = scope)]
pub(crate) async fn partner_read(user: Principal) -> Reply {
    describe(&user)
}

/// No configuration has this issuer.
#[oidc::required(issuer = "nobody")]
pub(crate) async fn nobody(user: Principal) -> Reply {
    describe(&user)
}

#[oidc::required(any(roles = "admin", all(issuer = "partner", claims(tier = "gold"))))]
pub(crate) async fn gold(user: Principal) -> Reply {
    describe(&user)
}

/// Whether tokens of each issuer can be verified.
pub(crate) fn health(oidc: &Oidc) -> Reply {
    let health = oidc.health();
    let issuers = health
        .issuers
        .iter()
        .map(|issuer| json!({ "name": issuer.name, "up": issuer.is_ready(), "keys": issuer.keys }));
    Reply(json!({ "up": health.is_ready(), "issuers": issuers.collect::<Vec<_>>() }))
}
