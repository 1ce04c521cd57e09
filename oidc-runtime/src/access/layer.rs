//! Guards that are layers: those that the matrix shows, and those that it cannot see.

use std::any::type_name;

use super::demanded::demands;
use crate::gate::GuardLayer;
use crate::policy::GuardRule;

/// The rules of a guard layer: first its client's global policies, then its own policy.
pub(crate) fn guards_of<P>(layer: &GuardLayer<P>) -> Vec<GuardRule> {
    let guard = GuardRule::from(layer.spec);
    guard.behind(&demands(&layer.oidc))
}

/// Refuses an ordinary layer that is a guard or contains one.
///
/// # Panics
/// If it does.
#[track_caller]
pub(crate) fn refuse_guard<Layer, Guard>() {
    assert!(
        !is_made_of::<Layer, Guard>(),
        "write `.protect(oidc.layer(..))`: a guard that is an ordinary layer does not appear in the \
         access matrix"
    );
}

/// Refuses a handler that is wrapped in a guard layer.
///
/// # Panics
/// If it is.
#[track_caller]
pub(super) fn refuse_guarded<H>() {
    assert!(
        !is_made_of::<H, GuardLayer<()>>(),
        "write `get(handler).protect(oidc.layer(..))`: a guard that is a layer of the handler does \
         not appear in the access matrix"
    );
}

/// Whether the generic type occurs in the other one.
fn is_made_of<Whole, Part>() -> bool {
    let part = type_name::<Part>();
    let name = part.find('<').map_or(part, |arguments| &part[..=arguments]);
    type_name::<Whole>().contains(name)
}
