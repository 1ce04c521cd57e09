//! The rules of `SessionStore`, kept by the store in memory.

use oidc_stores::MemoryStore;
use oidc_stores::contract::Stores;

oidc_stores::contract_tests!(async { Stores::one(MemoryStore::new()) });
