//! placeholder docs

#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod config;
mod controls;
mod devidp;
mod error;
mod fault;
mod jwt;
mod keys;
mod provider;
mod random;
mod server;
mod tamper;
mod testkit;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::config::{Client, Config, User};
pub use self::devidp::{Builder, DevIdp};
pub use self::error::Error;
pub use self::fault::{Endpoint, Fault};
pub use self::keys::{Algorithm, TestKey};
pub use self::tamper::Tamper;
pub use self::testkit::{TestIdp, TokenBuilder};

/// Locks even when another thread panicked: a failed assertion must not fail its neighbours.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
