//! The rules of [`SessionStore`] as tests, for the stores of this crate and for yours.
//!
//! ```
//! use oidc_stores::MemoryStore;
//! use oidc_stores::contract::Stores;
//!
//! // In `tests/contract.rs`, with your store in place of this one. Every rule is a `#[test]`.
//! oidc_stores::contract_tests!(async { Stores::one(MemoryStore::new()) });
//! # fn main() {}
//! ```
//!
//! [`run`] checks all rules one after the other, for a test of your own. A rule that is broken is a
//! panic that says which.
//!
//! Every rule uses an application id of its own, so that they can run side by side and again on the
//! same database.

#![allow(
    clippy::missing_panics_doc,
    reason = "documented above: a broken rule is a panic"
)]

mod leases;
mod races;
mod removal;
mod samples;
mod writes;

use std::any::Any;
use std::future::Future;
use std::sync::Arc;

use crate::SessionStore;

pub use leases::{
    a_lease_ends_with_its_session, a_lease_ends_with_its_time, a_lease_is_exclusive,
    once_is_true_once, replacing_ends_only_the_lease_it_names, time_goes_on,
};
pub use races::{
    a_session_that_is_removed_at_once_is_gone, signing_in_while_removing_all_is_all_or_nothing,
    what_happens_at_once_is_kept,
};
pub use removal::{
    applications_are_apart, listing_finds_the_sessions_of_a_user, removal_is_final,
    removing_all_spares_later_sign_ins, sweeping_spares_the_living,
};
pub use writes::{
    inserting_never_overwrites, one_replacement_of_a_version_succeeds, only_inserting_creates,
    replacing_writes_payload_and_times, touching_only_moves_forward, what_is_inserted_is_loaded,
};

/// Two values of a store on the same database, as two processes have them.
#[derive(Debug)]
pub struct Stores {
    a: Arc<dyn SessionStore>,
    b: Arc<dyn SessionStore>,
    kept: Vec<Box<dyn Any + Send + Sync>>,
}

impl Stores {
    /// A store that lives in one process only.
    pub fn one(store: impl SessionStore) -> Self {
        let store: Arc<dyn SessionStore> = Arc::new(store);
        Self {
            a: Arc::clone(&store),
            b: store,
            kept: Vec::new(),
        }
    }

    /// Two connections to the same database.
    pub fn two(a: impl SessionStore, b: impl SessionStore) -> Self {
        Self {
            a: Arc::new(a),
            b: Arc::new(b),
            kept: Vec::new(),
        }
    }

    /// Keeps what the stores need, such as a temporary directory, until they are dropped.
    #[must_use]
    pub fn keep(mut self, needed: impl Any + Send + Sync) -> Self {
        self.kept.push(Box::new(needed));
        self
    }

    /// One of the two in turn.
    fn nth(&self, n: usize) -> Arc<dyn SessionStore> {
        Arc::clone(if n.is_multiple_of(2) {
            &self.a
        } else {
            &self.b
        })
    }

    /// Starts `count` tasks on both stores at once, and waits for all of them.
    async fn at_once<T, F>(
        &self,
        count: usize,
        task: impl Fn(usize, Arc<dyn SessionStore>) -> F,
    ) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let tasks: Vec<_> = (0..count)
            .map(|n| tokio::spawn(task(n, self.nth(n))))
            .collect();
        let mut results = Vec::with_capacity(count);
        for task in tasks {
            results.push(task.await.expect("a task of a rule panicked"));
        }
        results
    }
}

/// Calls a macro with the names of all rules.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_rule {
    ($macro:path, $($argument:tt)*) => {
        $macro! {
            ($($argument)*)
            what_is_inserted_is_loaded
            inserting_never_overwrites
            only_inserting_creates
            one_replacement_of_a_version_succeeds
            replacing_writes_payload_and_times
            touching_only_moves_forward
            a_lease_is_exclusive
            a_lease_ends_with_its_time
            a_lease_ends_with_its_session
            replacing_ends_only_the_lease_it_names
            once_is_true_once
            time_goes_on
            applications_are_apart
            listing_finds_the_sessions_of_a_user
            removal_is_final
            removing_all_spares_later_sign_ins
            sweeping_spares_the_living
            what_happens_at_once_is_kept
            a_session_that_is_removed_at_once_is_gone
            signing_in_while_removing_all_is_all_or_nothing
        }
    };
}

macro_rules! run_each {
    (($stores:ident) $($rule:ident)*) => { $($rule($stores).await;)* };
}

/// Checks every rule, one after the other, on a runtime of tokio with several threads or one.
///
/// ```
/// use oidc_stores::MemoryStore;
/// use oidc_stores::contract::{self, Stores};
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// contract::run(&Stores::one(MemoryStore::new())).await;
/// # });
/// ```
pub async fn run(stores: &Stores) {
    __for_each_rule!(run_each, stores);
}

/// What a generated test does: makes the stores on a runtime of its own and checks one rule.
#[doc(hidden)]
pub fn check(stores: impl Future<Output = Stores>, rule: impl AsyncFnOnce(&Stores)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime
        .expect("a runtime")
        .block_on(async { rule(&stores.await).await });
}

/// Makes a `#[test]` of every rule of [`contract`](crate::contract).
///
/// The argument is an expression for a future of [`Stores`](crate::contract::Stores); it is
/// evaluated once in each test.
#[macro_export]
macro_rules! contract_tests {
    ($stores:expr) => {
        $crate::__for_each_rule!($crate::__contract_test, $stores);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __contract_test {
    (($stores:expr) $($rule:ident)*) => {
        $(
            #[test]
            fn $rule() {
                $crate::contract::check($stores, $crate::contract::$rule);
            }
        )*
    };
}
