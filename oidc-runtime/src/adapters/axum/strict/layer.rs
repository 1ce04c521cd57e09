//! Ordinary layers, and guards among them.

use ::axum::routing::Route;
use tower_layer::Layer;

use crate::access;
use crate::adapters::tower::GuardService;
use crate::gate::GuardLayer;

/// Refuses a layer that is a guard, contains one, or puts one around a route.
///
/// # Panics
/// If it does.
#[track_caller]
pub(super) fn refuse_guard<L: Layer<Route>>() {
    access::refuse_guard::<L, GuardLayer<()>>();
    access::refuse_guard::<L::Service, GuardService<(), ()>>();
}
