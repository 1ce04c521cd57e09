//! Policies that a token is known to satisfy.

use std::sync::atomic::{AtomicUsize, Ordering};

const SLOTS: usize = 8;

/// Remembers a few policies that a token satisfies, so that its claims are not read for every
/// request. Only policies whose outcome depends on nothing but the token belong here.
///
/// A policy is known by the address of its data. That data is static, so nothing else ever has its
/// address except policies with the same data, which decide the same.
#[derive(Default)]
pub(super) struct Memo([AtomicUsize; SLOTS]);

impl Memo {
    pub(super) fn holds<T>(&self, policy: &'static T) -> bool {
        let address = std::ptr::from_ref(policy).addr();
        // Relaxed: a slot stands for itself, nothing else is read because of it.
        self.slot::<T>(address).load(Ordering::Relaxed) == address
    }

    pub(super) fn note<T>(&self, policy: &'static T) {
        let address = std::ptr::from_ref(policy).addr();
        self.slot::<T>(address).store(address, Ordering::Relaxed);
    }

    fn slot<T>(&self, address: usize) -> &AtomicUsize {
        // Neighbours in memory get different slots.
        &self.0[address / size_of::<T>() % SLOTS]
    }
}
