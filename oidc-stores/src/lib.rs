//! Where the browser sessions of [oidc-guard](https://docs.rs/oidc-guard) are stored.
//!
//! | store | feature | for |
//! |---|---|---|
//! | [`MemoryStore`] | | tests, and a single instance |
//! | `SqliteStore` | `sqlite` | one machine; sessions survive restarts |
//! | `PostgresStore` | `postgres` | any number of machines |
//! | `RedisStore` | `redis` | any number of machines; Redis or Valkey |
//!
//! A store of your own implements [`SessionStore`]; the feature `contract` has the tests for it.
//!
//! What a store sees: the subject, the `sid` of the provider, and times. Its key is a hash of the
//! secret in the cookie, and the payload is sealed under that secret and a key of the application, so
//! that a copy of the database opens no session.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "contract")]
pub mod contract;
mod error;
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
mod limit;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

pub use error::StoreError;
pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use record::{AppId, Record, SessionKey, Summary};
#[cfg(feature = "redis")]
pub use redis::RedisStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use store::{Lease, Of, SessionStore, StoreFuture, Swap};
