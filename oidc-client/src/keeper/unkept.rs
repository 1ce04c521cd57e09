//! A token that could not be stored, which this process has all the same.

use std::sync::{Mutex, MutexGuard, PoisonError};

use oidc_runtime::for_client::Secret;

use crate::store::StoreError;
use crate::token::Token;

/// Holds what could not be stored. It counts for more than what was stored at that time, but not for more
/// than what another process has stored or removed since.
#[derive(Debug, Default)]
pub(super) struct Unkept(Mutex<Option<Held>>);

#[derive(Debug)]
struct Held {
    token: Token,
    /// The access token that was stored at that time.
    stored: Option<Secret>,
}

impl Unkept {
    /// The token that counts, of the one that is held and the one that is stored.
    pub(super) fn or_stored(
        &self,
        stored: Result<Option<Token>, StoreError>,
    ) -> Result<Option<Token>, StoreError> {
        let mut slot = self.slot();
        match (&*slot, stored) {
            (None, stored) => stored,
            (Some(held), Ok(stored)) if access_token(stored.as_ref()) != held.stored.as_ref() => {
                *slot = None;
                Ok(stored)
            }
            (Some(held), _) => Ok(Some(held.token.clone())),
        }
    }

    pub(super) fn hold(&self, token: Token, stored: Option<&Token>) {
        *self.slot() = Some(Held {
            token,
            stored: access_token(stored).cloned(),
        });
    }

    /// Holds another token, or none, instead of the one that is held.
    pub(super) fn replace(&self, token: Option<Token>) {
        let mut slot = self.slot();
        *slot = slot.take().and_then(|held| {
            let token = token?;
            Some(Held { token, ..held })
        });
    }

    /// Holds nothing any more; returns whether there was something.
    pub(super) fn clear(&self) -> bool {
        self.slot().take().is_some()
    }

    fn slot(&self) -> MutexGuard<'_, Option<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn access_token(token: Option<&Token>) -> Option<&Secret> {
    token.map(|token| &token.access_token)
}
