//! Policies that a token is known to satisfy.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::policy::PolicySpec;

const SLOTS: usize = 8;

/// Remembers a few policies that hold for a token, so that its claims are not read for every
/// request. Only policies whose outcome hangs on nothing but the token belong here.
///
/// A policy is known by the address of its data. That data is static: nothing else ever has its
/// address, but policies with the same data, which decide the same.
#[derive(Default)]
pub(super) struct Memo([AtomicUsize; SLOTS]);

impl Memo {
    pub(super) fn holds(&self, spec: &'static PolicySpec) -> bool {
        let address = address(spec);
        // Relaxed: a slot stands for itself, nothing else is read because of it.
        self.slot(address).load(Ordering::Relaxed) == address
    }

    pub(super) fn note(&self, spec: &'static PolicySpec) {
        let address = address(spec);
        self.slot(address).store(address, Ordering::Relaxed);
    }

    fn slot(&self, address: usize) -> &AtomicUsize {
        // Neighbours in memory get different slots.
        &self.0[address / size_of::<PolicySpec>() % SLOTS]
    }
}

fn address(spec: &'static PolicySpec) -> usize {
    std::ptr::from_ref(spec).addr()
}
