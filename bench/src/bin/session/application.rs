//! The applications that are compared.

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Duration;

use axum::Router;
use oidc::Oidc;
use oidc::stores::MemoryStore;
use oidc_devidp::TestIdp;
use oidc_guard_bench::actix::Application;
use oidc_guard_bench::sessions::{settings, warm_client};
use oidc_guard_bench::{Credentials, actix, axum};

/// Longer than anything takes here.
const NEVER_STALE: Duration = Duration::from_secs(24 * 3600);

/// Where an application keeps its sessions.
#[derive(Clone, Copy)]
pub(crate) enum Kept {
    /// It has none, and no layer.
    Nowhere,
    InCookies,
    /// In memory, served without asking the store.
    InStore,
    /// The store is asked for each request.
    InStoreAsked,
}

/// A client for each place.
pub(crate) struct Clients {
    plain: Oidc,
    cookies: Oidc,
    store: Oidc,
    asked: Oidc,
}

impl Clients {
    pub(crate) async fn new(idp: &TestIdp) -> Self {
        let stored = |staleness| {
            let store = MemoryStore::new();
            warm_client(idp, settings().store(store).staleness(staleness))
        };
        Self {
            plain: oidc_guard_bench::warm(idp, 256 << 20).await,
            cookies: warm_client(idp, settings()).await,
            store: stored(NEVER_STALE).await,
            asked: stored(Duration::ZERO).await,
        }
    }
}
