//! Rejects guards among ordinary layers.

use ::axum::routing::Route;
use tower_layer::Layer;

use crate::access;
use crate::adapters::tower::GuardService;
use crate::gate::GuardLayer;

/// Rejects a guard among ordinary layers.
///
/// # Panics
/// If the layer is a guard, contains one, or produces one.
#[track_caller]
pub(super) fn reject_guard<L: Layer<Route>>() {
    access::reject_guard::<L, GuardLayer<()>>();
    access::reject_guard::<L::Service, GuardService<(), ()>>();
}
