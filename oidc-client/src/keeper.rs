//! Keeps one token fresh: stored, renewed once among all tasks and processes, never lost.

mod entry;
mod outage;
mod under_way;
mod unkept;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use oidc_runtime::for_client::Secret;
use tokio::time::timeout;

use crate::clock::SharedClock;
use crate::error::{Error, Reason};
use crate::store::{StoreError, TokenStore};
use crate::token::Token;
use entry::{Entry, blocking, interrupted};
use outage::Outage;
use under_way::UnderWay;
pub use under_way::renewals_finished;
use unkept::Unkept;

/// How long before its end a token is renewed, unless it is shorter than twice that.
pub(crate) const LEEWAY: Duration = Duration::from_secs(60);

/// How long somebody with a token that is still valid waits for a new one.
const PATIENCE: Duration = Duration::from_secs(5);

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
enum Wanted {
    Fresh,
    /// Anything but this access token, which was rejected.
    Other(Secret),
}

impl Wanted {
    fn includes(&self, token: &Token) -> bool {
        match self {
            Self::Fresh => true,
            Self::Other(rejected) => token.access_token != *rejected,
        }
    }

    /// Whether it is still of use at this time.
    fn is_left(&self, token: &Token, time: SystemTime) -> bool {
        self.includes(token) && !token.is_expired(time)
    }
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
    unkept: Unkept,
    outage: Outage,
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
            unkept: Unkept::default(),
            outage: Outage::default(),
        })
    }

    /// The token as it is kept, of whatever age.
    pub(crate) async fn current(&self) -> Result<Option<Token>, Error> {
        let generation = self.unkept.generation();
        let stored = self.stored().await;
        Ok(self.unkept.or_stored(generation, stored)?)
    }

    async fn stored(&self) -> Result<Option<Token>, StoreError> {
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        blocking(move || store.load(&key)).await
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
        if let Some(token) = current.as_ref().filter(|token| self.is(&wanted, token)) {
            return Ok(token.clone());
        }
        let now = self.clock.now();
        let left = current.filter(|token| wanted.is_left(token, now + PATIENCE));
        match left {
            Some(left) if self.outage.is_recent(now) => Ok(left),
            Some(left) => {
                let renewed = timeout(PATIENCE, self.renewal(wanted)).await;
                renewed.unwrap_or_else(|_| {
                    self.outage.took_long(self.clock.now());
                    Ok(left)
                })
            }
            None => self.renewal(wanted).await,
        }
    }

    /// In a task of its own: the provider may have spent the refresh token when the caller has left.
    async fn renewal(self: &Arc<Self>, wanted: Wanted) -> Result<Token, Error> {
        let keeper = Arc::clone(self);
        let renewed = tokio::spawn(async move { keeper.renewed(&wanted).await }).await;
        renewed.unwrap_or_else(|_| Err(interrupted().into()))
    }

    async fn renewed(&self, wanted: &Wanted) -> Result<Token, Error> {
        let before = self.outage.failures();
        let _flight = self.flight.lock().await;
        if let Some(error) = self.outage.since(before) {
            // It would take as long again for each of those who waited.
            return self.until_it_expires(self.current().await?, wanted, error);
        }
        let mut entry = self.lock().await;
        // Another task or process may have renewed it meanwhile.
        let old = self.current().await?;
        if let Some(token) = old.as_ref().filter(|token| self.is(wanted, token)) {
            return Ok(token.clone());
        }
        let spent = old.as_ref().and_then(|old| old.refresh_token.as_ref());
        let _under_way = spent.map(|_| UnderWay::begin());
        match self.attempt(&mut entry, old.as_ref()).await {
            Ok(token) => {
                self.outage.is_over();
                Ok(self.keep_in(&mut entry, token).await)
            }
            Err(Renewal::Failed(error)) => {
                self.outage.failed(self.clock.now(), &error);
                self.until_it_expires(old, wanted, error)
            }
            Err(Renewal::Ended(reason)) => self.end(&mut entry, old, wanted, reason).await,
        }
    }

    /// A refresh token serves once: whoever cannot keep the next one must not spend it.
    async fn attempt(&self, entry: &mut Entry, old: Option<&Token>) -> Result<Token, Renewal> {
        let spends_stored = |old: &Token| old.refresh_token.is_some() && old.unkept.is_none();
        if old.is_some_and(spends_stored) {
            let prepared = entry.prepare().await;
            prepared.map_err(|error| Renewal::Failed(not_prepared(error)))?;
        }
        self.by.renew(old).await
    }

    /// Whether a token can be stored.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        let _flight = self.flight.lock().await;
        self.stored().await?;
        Ok(self.lock().await.prepare().await?)
    }

    /// Stores a token that somebody has signed in for.
    pub(crate) async fn keep(&self, token: Token) -> Result<Token, Error> {
        let _flight = self.flight.lock().await;
        let mut entry = self.lock().await;
        Ok(self.keep_in(&mut entry, token).await)
    }

    /// Removes the token; returns whether there was one.
    pub(crate) async fn forget(&self) -> Result<bool, Error> {
        let _flight = self.flight.lock().await;
        let had_unkept = self.unkept.clear();
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        let removed = blocking(move || match store.load(&key)? {
            Some(_) => store.lock(&key)?.remove(),
            None => Ok(false),
        });
        Ok(removed.await? || had_unkept)
    }

    fn is(&self, wanted: &Wanted, token: &Token) -> bool {
        wanted.includes(token) && !token.is_due(self.clock.now(), LEEWAY)
    }

    async fn lock(&self) -> Entry {
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        Entry::new(blocking(move || store.lock(&key)).await)
    }

    /// A token that cannot be stored is of use to this process all the same.
    async fn keep_in(&self, entry: &mut Entry, mut token: Token) -> Token {
        match entry.save(Some(token.clone())).await {
            Ok(()) => {
                self.unkept.clear();
            }
            Err(error) => {
                tracing::warn!(%error, "a token was not stored");
                token.unkept = Some(error);
                self.unkept.hold(token.clone(), &self.stored().await);
            }
        }
        token
    }

    /// Renewing comes before the end, so that a pause of the application or its provider does no harm.
    fn until_it_expires(
        &self,
        old: Option<Token>,
        wanted: &Wanted,
        error: Error,
    ) -> Result<Token, Error> {
        let now = self.clock.now();
        old.filter(|token| wanted.is_left(token, now)).ok_or(error)
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
        let is_stored = old.unkept.is_none();
        let had_refresh_token = old.refresh_token.is_some();
        let rest = self.until_it_expires(Some(old.without_refresh_token()), wanted, ended);
        let left = rest.as_ref().ok().cloned();
        if !is_stored {
            self.unkept.replace(left);
        } else if had_refresh_token && let Err(error) = entry.save(left).await {
            tracing::warn!(%error, "a refresh token that has ended was not removed");
        }
        rest
    }
}

/// Others who hold the lock for so long get no answer.
fn not_prepared(error: StoreError) -> Error {
    match error {
        StoreError::Locked(path) => Error::Unavailable(format!(
            "another process is renewing the token, and does not release `{}`",
            path.display()
        )),
        error => error.into(),
    }
}

#[cfg(test)]
mod tests;
