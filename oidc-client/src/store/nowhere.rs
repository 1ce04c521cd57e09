//! No store, and why.

use super::{LockedEntry, StoreError, TokenStore};
use crate::token::Token;

/// What a program has whose user has no directory: signing in works, keeping tokens does not.
#[derive(Debug)]
pub(crate) struct Nowhere;

impl TokenStore for Nowhere {
    fn load(&self, _: &str) -> Result<Option<Token>, StoreError> {
        Ok(None)
    }

    fn lock(&self, _: &str) -> Result<Box<dyn LockedEntry>, StoreError> {
        Err(StoreError::NoDirectory)
    }

    fn keys(&self) -> Vec<Result<String, StoreError>> {
        Vec::new()
    }
}
