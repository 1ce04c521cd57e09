use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::{AppId, Record, SessionKey, StoreError, Summary};

/// What every operation of a store returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// The result of [`SessionStore::replace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// The record was written.
    Swapped,
    /// The stored record has another version; nothing was written.
    Changed,
    /// There is no such session.
    Gone,
}

/// The result of [`SessionStore::lease`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lease {
    /// The caller holds the lease. The record is what was stored at that moment.
    Granted(Record),
    /// Another owner holds the lease.
    Busy,
    /// There is no such session.
    Gone,
}

/// Whose sessions [`SessionStore::remove_all`] removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of<'a> {
    /// The sessions of a user, by `sub`.
    Subject(&'a str),
    /// The sessions that belong to one session at the provider, by `sid`.
    ProviderSession(&'a str),
}

/// Where sessions are stored.
///
/// This crate has stores for memory, SQLite, PostgreSQL and Redis. Implement the trait for another
/// database, and let the feature `contract` check it: `oidc_stores::contract` has one
/// test for every rule below.
///
/// - Every operation is one atomic step, whoever else uses the store at that moment.
/// - Only [`insert`](Self::insert) creates a session. What was removed stays removed, however many
///   replacements, touches and leases are under way.
/// - Times in a record are the caller's. Leases and [`once`](Self::once) go by the store's own
///   clock, because callers on several machines have to agree on it.
/// - An operation that cannot be completed is an error after a few seconds, never a wait without
///   end, and never a result such as [`Swap::Gone`] or `None`.
/// - After a lost connection a store may repeat whatever does no harm when it is done twice: all
///   operations but `insert`, `replace` and `once`. The result is that of the repetition, so that a
///   `touch` or `remove` that was carried out can return `false`.
///
/// ```
/// use oidc_stores::{AppId, MemoryStore, Record, SessionKey, SessionStore, StoreError, Swap};
///
/// async fn count(store: &dyn SessionStore, key: &SessionKey) -> Result<Swap, StoreError> {
///     let Some(mut record) = store.load(key).await? else { return Ok(Swap::Gone) };
///     let expected = record.version;
///     record.payload.push(b'x');
///     store.replace(&record, expected, None).await
/// }
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let store = MemoryStore::new();
/// let key = SessionKey { app: AppId([1; 8]), hash: [2; 32] };
/// let record = Record {
///     key,
///     subject: "alice".into(),
///     provider_session: None,
///     issued_at: 1_800_000_000,
///     signed_in_at: 1_800_000_000,
///     seen_at: 1_800_000_000,
///     idle_until: 1_800_001_800,
///     ends_at: 1_800_028_800,
///     version: 0,
///     payload: Vec::new(),
/// };
/// store.insert(&record).await?;
/// assert_eq!(count(&store, &key).await?, Swap::Swapped);
/// assert_eq!(store.load(&key).await?.unwrap().version, 1);
/// # Ok::<_, StoreError>(()) }).unwrap();
/// ```
pub trait SessionStore: fmt::Debug + Send + Sync + 'static {
    /// Stores a new session.
    ///
    /// A key that exists is an error ([`StoreError::key_exists`]), and what is stored under it stays
    /// as it is.
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()>;

    /// The session under this key. Whether it has ended is the caller's judgement; a store may
    /// have dropped it after its `ends_at`.
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>>;

    /// Writes `payload`, `seen_at` and `idle_until` of a session whose stored version is
    /// `expected`, and makes its version `expected + 1`.
    ///
    /// Of any number of callers that expect the same version, one succeeds. The two times only move
    /// forward, so that a [`touch`](Self::touch) in the meantime is not lost, and `idle_until` not
    /// beyond the stored `ends_at`. The other fields of the record, `version` among them, are
    /// ignored.
    ///
    /// With `release`, a lease of that owner ends in the same step; leases of others go on.
    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap>;

    /// Records that a session was used. The version stays as it is.
    ///
    /// Writes only if the stored `idle_until` is later than `seen_at`, so that a session that has
    /// ended is not revived, and earlier than the new `idle_until`. `idle_until` does not move beyond
    /// `ends_at`. Returns whether it was written; `false` does not mean that the session is gone.
    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool>;

    /// Gives `owner` the lease of a session for `seconds` of the store's clock.
    ///
    /// It is exclusive until it is over or [`replace`](Self::replace) releases it. An owner that
    /// holds the lease gets it anew. With 0 seconds it is over at once.
    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease>;

    /// Removes a session and its lease. Returns whether there was one.
    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool>;

    /// Removes all sessions of a user or of a session at the provider whose `issued_at` is at most
    /// `issued_up_to`, or all of them without it. Returns how many.
    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64>;

    /// The sessions of a user, in no particular order. Some may have ended.
    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>>;

    /// Returns `true` to the first caller with this key and `false` to everyone after that, for at
    /// least `seconds` (at least 1) of the store's clock.
    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool>;

    /// Removes up to `at_most` sessions of one application whose `idle_until` or `ends_at` is `now`
    /// or earlier. It goes by the clock of whoever calls it, which is no judge of the sessions of
    /// other applications.
    ///
    /// Removes keys of [`once`](Self::once), too, whose time is over by the store's clock. Returns
    /// how many of both; 0 means that there is nothing left to remove, or that a look at part of a
    /// very large store found nothing. The next call looks at another part.
    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64>;
}
