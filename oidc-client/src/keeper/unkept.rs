//! A token that could not be stored, which this process has all the same.

use std::sync::{Mutex, MutexGuard, PoisonError};

use oidc_runtime::for_client::Secret;

use crate::store::StoreError;
use crate::token::Token;

/// Holds what could not be stored. It counts for more than what was stored at that time, but not for more
/// than what another process has stored or removed since.
#[derive(Debug, Default)]
pub(super) struct Unkept(Mutex<Slot>);

#[derive(Debug, Default)]
struct Slot {
    held: Option<Held>,
    generation: Generation,
}

/// Changes with what is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Generation(u64);

#[derive(Debug)]
struct Held {
    token: Token,
    stored: Stored,
}

/// What was stored when a token could not be.
#[derive(Debug, PartialEq, Eq)]
enum Stored {
    /// This access token, or none.
    Known(Option<Secret>),
    /// The store could not be read, either.
    Unknown,
}

impl Stored {
    fn of(token: Option<&Token>) -> Self {
        Self::Known(token.map(|token| token.access_token.clone()))
    }
}

impl Unkept {
    /// Of what is held now.
    pub(super) fn generation(&self) -> Generation {
        self.slot().generation
    }

    /// The token that counts, of the one that is held and the one that was stored. The store was read when
    /// what was held was of this generation.
    pub(super) fn or_stored(
        &self,
        generation: Generation,
        stored: Result<Option<Token>, StoreError>,
    ) -> Result<Option<Token>, StoreError> {
        let mut slot = self.slot();
        let is_current = slot.generation == generation;
        let Some(held) = &mut slot.held else {
            return stored;
        };
        if let (Ok(stored), true) = (&stored, is_current) {
            let found = Stored::of(stored.as_ref());
            if held.stored == Stored::Unknown {
                held.stored = found;
            } else if held.stored != found {
                let stored = stored.clone();
                slot.change(None);
                return Ok(stored);
            }
        }
        Ok(Some(held.token.clone()))
    }

    /// Holds a token, while this is stored, as far as that can be read.
    pub(super) fn hold(&self, token: Token, stored: &Result<Option<Token>, StoreError>) {
        let stored = match stored {
            Ok(stored) => Stored::of(stored.as_ref()),
            Err(_) => Stored::Unknown,
        };
        self.slot().change(Some(Held { token, stored }));
    }

    /// Holds another token, or none, instead of the one that is held.
    pub(super) fn replace(&self, token: Option<Token>) {
        let mut slot = self.slot();
        let held = slot.held.take().and_then(|held| {
            let token = token?;
            Some(Held { token, ..held })
        });
        slot.change(held);
    }

    /// Holds nothing any more; returns whether there was something.
    pub(super) fn clear(&self) -> bool {
        let mut slot = self.slot();
        let had = slot.held.is_some();
        slot.change(None);
        had
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    fn change(&mut self, held: Option<Held>) {
        self.held = held;
        self.generation.0 += 1;
    }
}
