//! A check is identified by its function, and a constant that points to one by its own name.

use oidc::access::{AccessMatrix, LockError, LockState};
use oidc::axum::{MethodRouter, Router, get};
use oidc::{Oidc, Principal};

mod strict {
    use oidc::Principal;

    pub(super) const RULE: fn(&Principal) -> bool = |user| user.has_role("admin");

    #[oidc::required(check = RULE)]
    pub(super) async fn handler() {}
}

mod lax {
    use oidc::Principal;

    pub(super) const RULE: fn(&Principal) -> bool = |_| true;

    #[oidc::required(check = RULE)]
    pub(super) async fn handler() {}
}

const IS_ADMIN: fn(&Principal) -> bool = strict::RULE;
const IS_ANYBODY: fn(&Principal) -> bool = lax::RULE;

fn is_admin(user: &Principal) -> bool {
    IS_ADMIN(user)
}

#[oidc::required(check = IS_ADMIN)]
async fn for_admins() {}

#[oidc::required(check = IS_ADMIN)]
async fn for_admins_too() {}

#[oidc::required(check = IS_ANYBODY)]
async fn for_anybody() {}

#[oidc::required(check = strict::RULE)]
async fn by_path() {}

#[oidc::required(check = lax::RULE)]
async fn by_another_path() {}

#[oidc::required(check = is_admin)]
async fn by_function() {}

fn at_orders(route: MethodRouter<Oidc>) -> AccessMatrix {
    Router::new().route("/orders", route).access()
}

#[test]
fn constants_are_distinguished() {
    for (before, now, case) in [
        (get(for_admins), get(for_anybody), "another name"),
        (get(by_path), get(by_another_path), "another path"),
        (
            get(strict::handler),
            get(lax::handler),
            "the same name in another module",
        ),
        (
            get(by_function),
            get(for_admins),
            "a constant, and no function",
        ),
    ] {
        let outcome = at_orders(now).compare_lock(&at_orders(before).to_lock());
        let is_reported = matches!(&outcome, Err(LockError::Loosened(routes)) if routes.len() == 1);
        assert!(is_reported, "{case}: {outcome:?}");
    }
}

#[test]
fn the_same_constant_is_the_same_rule() {
    let lock = at_orders(get(for_admins)).to_lock();
    let outcome = at_orders(get(for_admins_too)).compare_lock(&lock);
    assert_eq!(outcome.expect("nothing changed"), LockState::Same);
    let rule = r#"{"check":{"name":"IS_ADMIN","function":"const access::checks::IS_ADMIN"}}"#;
    assert!(lock.contains(rule), "{lock}");
    let lock = at_orders(get(by_function)).to_lock();
    let rule = r#"{"check":{"name":"is_admin","function":"access::checks::is_admin"}}"#;
    assert!(lock.contains(rule), "{lock}");
}
