//! Guards that are layers: listed in the matrix, or rejected because they would not be.

use std::any::type_name;

use super::demanded::demands;
use crate::gate::GuardLayer;
use crate::policy::GuardRule;

/// The rules of a guard layer: its client's global policies, then its own policy.
pub(crate) fn guards_of<P>(layer: &GuardLayer<P>) -> Vec<GuardRule> {
    let guard = GuardRule::from(layer.spec);
    guard.behind(&demands(&layer.oidc))
}

/// Rejects a guard among ordinary layers.
///
/// # Panics
/// If the layer is a guard or contains one.
#[track_caller]
pub(crate) fn reject_guard<Layer, Guard>() {
    assert!(
        !contains_type::<Layer, Guard>(),
        "write `.protect(oidc.layer(..))`: a guard that is added as an ordinary layer does not appear \
         in the access matrix"
    );
}

/// Rejects a handler that is wrapped in a guard layer.
///
/// # Panics
/// If the handler is wrapped in one.
#[track_caller]
pub(super) fn reject_guarded<H>() {
    assert!(
        !contains_type::<H, GuardLayer<()>>(),
        "write `get(handler).protect(oidc.layer(..))`: a guard that is added as a layer of the handler \
         does not appear in the access matrix"
    );
}

/// Whether the generic type `Part` occurs in the name of `Whole`.
fn contains_type<Whole, Part>() -> bool {
    let part = type_name::<Part>();
    let name = part.find('<').map_or(part, |arguments| &part[..=arguments]);
    type_name::<Whole>().contains(name)
}
