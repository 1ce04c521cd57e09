//! A session store under the control of a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use oidc::stores::{
    AppId, Lease, Of, Record, SessionKey, SessionStore, StoreError, StoreFuture, Summary, Swap,
};

/// A store that fails when the test says so, and counts what it is asked.
#[derive(Clone, Debug)]
pub(crate) struct TestStore {
    inner: Arc<dyn SessionStore>,
    is_down: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
}

impl TestStore {
    pub(crate) fn new(store: impl SessionStore) -> Self {
        Self {
            inner: Arc::new(store),
            is_down: Arc::default(),
            calls: Arc::default(),
        }
    }

    pub(crate) fn fail(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn ask<'a, T: Send + 'a>(&'a self, operation: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.is_down.load(Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::message("the store is out of order")) });
        }
        operation
    }
}

impl SessionStore for TestStore {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        self.ask(self.inner.insert(record))
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        self.ask(self.inner.load(key))
    }

    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap> {
        self.ask(self.inner.replace(record, expected, release))
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool> {
        self.ask(self.inner.touch(key, seen_at, idle_until))
    }

    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease> {
        self.ask(self.inner.lease(key, owner, seconds))
    }

    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool> {
        self.ask(self.inner.remove(key))
    }

    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64> {
        self.ask(self.inner.remove_all(app, of, issued_up_to))
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        self.ask(self.inner.list(app, subject))
    }

    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool> {
        self.ask(self.inner.once(key, seconds))
    }

    /// Not counted: it happens by itself now and then.
    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        self.inner.sweep(app, now, at_most)
    }
}
