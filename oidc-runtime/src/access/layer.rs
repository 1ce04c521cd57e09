//! Guards that come as layers: those that the matrix shows, and those that it would not see.

use std::any::type_name;

use super::demanded::demands;
use crate::gate::GuardLayer;
use crate::policy::GuardRule;
use crate::policy::Policy;

/// What a layer demands: first its client of every token, and then its policy.
pub(crate) fn guards_of<P: Policy>(layer: &GuardLayer<P>) -> Vec<GuardRule> {
    let guard = GuardRule::from(const { &P::SPEC });
    guard.behind(&demands(&layer.oidc))
}

/// Refuses a guard as an ordinary layer of a router, which is made of it.
///
/// # Panics
/// If it is.
#[track_caller]
pub(crate) fn refuse_guard<Layer, Guard>() {
    assert!(
        !is_made_of::<Layer, Guard>(),
        "write `.protect(oidc.layer(..))`: as an ordinary layer, the guard would be missing in the \
         access matrix. On axum, `protect` guards routes and not the fallback, whose handler takes an \
         attribute of its own"
    );
}

/// Refuses a handler with a guard around it.
///
/// # Panics
/// If there is one.
#[track_caller]
pub(super) fn refuse_guarded<H>() {
    assert!(
        !is_made_of::<H, GuardLayer<()>>(),
        "write `get(handler).protect(oidc.layer(..))`: as a layer of the handler, the guard would be \
         missing in the access matrix"
    );
}

/// Whether the generic type occurs in the other one.
fn is_made_of<Whole, Part>() -> bool {
    let part = type_name::<Part>();
    let name = part.find('<').map_or(part, |arguments| &part[..=arguments]);
    type_name::<Whole>().contains(name)
}
