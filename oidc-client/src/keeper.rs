//! Keeps one token fresh: stored, renewed once among all tasks and processes, never lost.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use oidc_runtime::for_client::Secret;
use tokio::task::spawn_blocking;

use crate::clock::SharedClock;
use crate::error::{Error, Reason};
use crate::store::{LockedEntry, StoreError, TokenStore};
use crate::token::Token;

/// How long before its end a token is renewed, unless it is shorter than twice that.
pub(crate) const LEEWAY: Duration = Duration::from_secs(60);

/// How a new token is got without asking anybody.
pub(crate) trait Renew: Send + Sync + 'static {
    /// From the old token, if there is one.
    fn renew(&self, old: Option<&Token>) -> impl Future<Output = Result<Token, Renewal>> + Send;
}

/// Why there is no new token.
pub(crate) enum Renewal {
    /// Trying again would not help: somebody has to sign in.
    Ended(Reason),
    /// The old token stays, and may be used while it is valid.
    Failed(Error),
}

/// What tokens count as usable.
#[derive(Clone)]
enum Wanted {
    Fresh,
    /// Anything but this access token, which was rejected.
    Other(Secret),
}

/// One entry of a store.
#[derive(Debug)]
pub(crate) struct Keeper<R> {
    store: Arc<dyn TokenStore>,
    key: String,
    clock: SharedClock,
    by: R,
    /// Held by the task that renews the token.
    flight: tokio::sync::Mutex<()>,
    /// What could not be stored. It counts for more than what is stored.
    unkept: Mutex<Option<Token>>,
}

impl<R: Renew> Keeper<R> {
    /// Of the entry with this key, whose token is renewed `by` this.
    pub(crate) fn new(
        store: Arc<dyn TokenStore>,
        key: String,
        clock: SharedClock,
        by: R,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            key,
            clock,
            by,
            flight: tokio::sync::Mutex::new(()),
            unkept: Mutex::new(None),
        })
    }

    /// The token as it is kept, of whatever age.
    pub(crate) async fn current(&self) -> Result<Option<Token>, Error> {
        if let Some(token) = self.unkept() {
            return Ok(Some(token));
        }
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        Ok(blocking(move || store.load(&key)).await?)
    }

    /// A token that is valid for a while, renewed if need be.
    pub(crate) async fn fresh(self: &Arc<Self>) -> Result<Token, Error> {
        self.usable(Wanted::Fresh).await
    }

    /// Another token than this one, which the application rejected.
    pub(crate) async fn instead_of(self: &Arc<Self>, rejected: &Token) -> Result<Token, Error> {
        let rejected = rejected.access_token.clone();
        self.usable(Wanted::Other(rejected)).await
    }

    async fn usable(self: &Arc<Self>, wanted: Wanted) -> Result<Token, Error> {
        let current = self.current().await?;
        if let Some(token) = current.filter(|token| self.is(&wanted, token)) {
            return Ok(token);
        }
        // A task of its own: the provider may have spent the refresh token when the caller has left.
        let keeper = Arc::clone(self);
        let renewed = tokio::spawn(async move { keeper.renewed(&wanted).await }).await;
        renewed.unwrap_or_else(|_| Err(StoreError::Other(INTERRUPTED.to_owned()).into()))
    }

    async fn renewed(&self, wanted: &Wanted) -> Result<Token, Error> {
        let _flight = self.flight.lock().await;
        let mut entry = self.lock().await;
        // Another task or process may have renewed it meanwhile.
        let old = self.current().await?;
        if let Some(token) = old.as_ref().filter(|token| self.is(wanted, token)) {
            return Ok(token.clone());
        }
        // Somebody else is spending the refresh token, which serves once.
        if old.as_ref().is_some_and(|old| old.refresh_token.is_some()) {
            match entry {
                Err(error @ StoreError::Locked(_)) => {
                    return self.until_it_expires(old, wanted, error.into());
                }
                locked => entry = locked,
            }
        }
        match self.by.renew(old.as_ref()).await {
            Ok(token) => self.keep_in(&mut entry, token).await,
            Err(Renewal::Failed(error)) => self.until_it_expires(old, wanted, error),
            Err(Renewal::Ended(reason)) => self.end(&mut entry, old, wanted, reason).await,
        }
    }

    /// Stores a token that somebody has signed in for.
    pub(crate) async fn keep(&self, token: Token) -> Result<Token, Error> {
        let _flight = self.flight.lock().await;
        let mut entry = self.lock().await;
        self.keep_in(&mut entry, token).await
    }

    /// Removes the token; returns whether there was one.
    pub(crate) async fn forget(&self) -> Result<bool, Error> {
        let _flight = self.flight.lock().await;
        let had_unkept = self.set_unkept(None).is_some();
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        let removed = blocking(move || match store.load(&key)? {
            Some(_) => store.lock(&key)?.remove(),
            None => Ok(false),
        });
        Ok(removed.await? || had_unkept)
    }

    fn is(&self, wanted: &Wanted, token: &Token) -> bool {
        match wanted {
            Wanted::Fresh => !token.is_due(self.clock.now(), LEEWAY),
            Wanted::Other(rejected) => token.access_token != *rejected,
        }
    }

    async fn lock(&self) -> Entry {
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        blocking(move || store.lock(&key)).await
    }

    /// A token that cannot be stored is of use to this process all the same.
    async fn keep_in(&self, entry: &mut Entry, mut token: Token) -> Result<Token, Error> {
        match saved(entry, Some(token.clone())).await {
            Ok(()) => {
                self.set_unkept(None);
            }
            Err(error) => {
                tracing::warn!(%error, "a token was not stored");
                token.unkept = Some(Arc::new(error));
                self.set_unkept(Some(token.clone()));
            }
        }
        Ok(token)
    }

    /// Renewing comes before the end, so that a pause of the application or its provider does no harm.
    fn until_it_expires(
        &self,
        old: Option<Token>,
        wanted: &Wanted,
        error: Error,
    ) -> Result<Token, Error> {
        let now = self.clock.now();
        let is_left = |token: &Token| !token.is_expired(now) && matches!(wanted, Wanted::Fresh);
        old.filter(is_left).ok_or(error)
    }

    /// The refresh token is of no more use; the access token may be.
    async fn end(
        &self,
        entry: &mut Entry,
        old: Option<Token>,
        wanted: &Wanted,
        reason: Reason,
    ) -> Result<Token, Error> {
        let ended = Error::SignInRequired(reason);
        let Some(old) = old else {
            return Err(ended);
        };
        let had_refresh_token = old.refresh_token.is_some();
        let rest = self.until_it_expires(Some(old.without_refresh_token()), wanted, ended);
        if self.has_unkept() {
            // What is stored is another token, and may be a newer one.
            self.set_unkept(rest.as_ref().ok().cloned());
        } else if had_refresh_token
            && let Err(error) = saved(entry, rest.as_ref().ok().cloned()).await
        {
            tracing::warn!(%error, "a refresh token that has ended was not removed");
        }
        rest
    }

    fn unkept(&self) -> Option<Token> {
        let unkept = self.unkept.lock();
        unkept.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn has_unkept(&self) -> bool {
        self.unkept().is_some()
    }

    fn set_unkept(&self, token: Option<Token>) -> Option<Token> {
        let mut unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut unkept, token)
    }
}

/// The locked entry, or why there is none.
type Entry = Result<Box<dyn LockedEntry>, StoreError>;

/// Saves the token, or removes the entry.
async fn saved(entry: &mut Entry, token: Option<Token>) -> Result<(), StoreError> {
    let locked = std::mem::replace(entry, Err(StoreError::Other(INTERRUPTED.to_owned())));
    let mut locked = locked?;
    let (locked, result) = blocking(move || {
        let result = match token {
            Some(token) => locked.save(&token),
            None => locked.remove().map(drop),
        };
        Ok((locked, result))
    })
    .await?;
    *entry = Ok(locked);
    result
}

const INTERRUPTED: &str = "renewing or storing the token was interrupted";

/// Runs what may wait for a disk or another process.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(StoreError::Other(INTERRUPTED.to_owned())))
}

#[cfg(test)]
mod tests;
