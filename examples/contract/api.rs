//! Routes that need claims and scopes of a sign-in.

use oidc::Principal;
use serde_json::json;

use super::Reply;

/// The body of `POST /echo`.
#[derive(serde::Deserialize)]
pub(crate) struct Echo {
    pub(crate) n: i64,
}

fn subject(user: &Principal) -> Reply {
    Reply(json!({ "sub": user.subject() }))
}

#[oidc::required]
pub(crate) async fn protected(user: Principal) -> Reply {
    Reply(json!({
        "sub": user.subject(),
        "preferred_username": user.claims().get("preferred_username"),
    }))
}

#[oidc::required(claims(realm_access.roles = "offline_access"))]
pub(crate) async fn protected_claims(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(claims(realm_access.roles = "nonexistent-role"))]
pub(crate) async fn protected_bad_claims(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::optional]
pub(crate) async fn optional(user: Option<Principal>) -> Reply {
    whether(user)
}

pub(super) fn whether(user: Option<Principal>) -> Reply {
    Reply(match user {
        Some(user) => json!({ "authenticated": true, "sub": user.subject() }),
        None => json!({ "authenticated": false }),
    })
}

#[oidc::required(scopes = "profile email")]
pub(crate) async fn scoped_valid(user: Principal) -> Reply {
    let scope = user.scopes().collect::<Vec<_>>().join(" ");
    Reply(json!({ "sub": user.subject(), "scope": scope }))
}

#[oidc::required(scopes = "profile")]
pub(crate) async fn scoped_single(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "admin superuser")]
pub(crate) async fn scoped_bad(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "profile nonexistent-scope")]
pub(crate) async fn scoped_partial(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "profile", claims(realm_access.roles = "offline_access"))]
pub(crate) async fn scoped_and_claims(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "profile", claims(realm_access.roles = "nonexistent-role"))]
pub(crate) async fn scoped_ok_claims_bad(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "impossible-scope", claims(realm_access.roles = "offline_access"))]
pub(crate) async fn scoped_bad_claims_ok(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::public(reason = "shows that the app is up")]
pub(crate) async fn open() -> Reply {
    Reply(json!({ "ok": true }))
}
