//! A guarded handler called directly, as in a unit test of its own code.

#![expect(clippy::unused_async, reason = "a handler is an `async fn`")]

use actix_web::web;
use axum::extract::Path;
use oidc::{Guard, Principal, RequestParts};

use crate::support::bench::Bench;

#[oidc::policy(roles = "staff")]
struct Staff;

async fn never(_: &Principal, _: &RequestParts<'_>) -> bool {
    panic!("a policy that is not evaluated calls no check")
}

#[oidc::required(scopes = "read", check = never)]
async fn inline(Path(id): Path<u64>) -> String {
    format!("order {id}")
}

#[oidc::required(policy = Staff)]
async fn named(id: web::Path<u64>) -> String {
    format!("order {id}")
}

#[oidc::optional(roles = "staff")]
async fn optional(user: Option<Principal>) -> bool {
    user.is_some()
}

#[oidc::public(reason = "everybody may")]
async fn public() -> &'static str {
    "ok"
}

#[oidc::required]
async fn user(user: Principal) -> String {
    user.subject().to_owned()
}

/// Whatever the policy, its type is inferred.
#[tokio::test]
async fn runs_without_its_policy() {
    let guarded = inline(Guard::insecure_unchecked(), Path(7)).await;
    assert_eq!(guarded, "order 7");
    let guarded = named(Guard::insecure_unchecked(), web::Path::from(7)).await;
    assert_eq!(guarded, "order 7");
    assert!(!optional(Guard::insecure_unchecked(), None).await);
    assert_eq!(public(Guard::insecure_unchecked()).await, "ok");
}

/// A user can only come from a token.
#[tokio::test]
async fn gets_its_user_from_a_token() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let alice = oidc.verify_access_token(&bench.good_token()).await;
    let alice = alice.expect("the token is valid");
    assert_eq!(user(Guard::insecure_unchecked(), alice).await, "alice");
}
