//! Sessions in a file of SQLite.

mod connections;
mod statements;
mod sweep;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::OnceCell;

use connections::Connections;
use sweep::Positions;

use crate::{
    AppId, Lease, Of, Record, SessionKey, SessionStore, StoreError, StoreFuture, Summary, Swap,
};

/// Sessions in a file of SQLite: they survive restarts, and several processes on one machine can
/// share them.
///
/// The tables `oidc_sessions` and `oidc_once` are created at first use if both are missing. Later
/// they are expected to be there: a table that vanishes is an error, not a store without sessions.
///
/// The file is switched to write-ahead logging, so reads wait for nobody. Writes wait up to 4
/// seconds for the lock of another process, on the blocking threads of the tokio runtime that the
/// operations have to run on. The file must be local: SQLite's locks do not work on network drives.
///
/// ```
/// use oidc_stores::{AppId, SessionStore, SqliteStore, StoreError};
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let file = directory.path().join("sessions.db");
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let store = SqliteStore::open(file)?;
/// assert!(store.list(AppId([0; 8]), "alice").await?.is_empty());
/// # Ok::<_, StoreError>(()) }).unwrap();
/// ```
pub struct SqliteStore {
    connections: Connections,
    schema: OnceCell<()>,
    positions: Arc<Positions>,
}

impl SqliteStore {
    /// The statements that create the tables and their indexes, for
    /// [`create_schema(false)`](Self::create_schema).
    pub const SCHEMA: &'static str = include_str!("schema.sql");

    /// Opens a file, and creates it if it does not exist, for the user of this process only.
    ///
    /// It is an error if the file cannot be opened for writing, if another process keeps it locked
    /// for 3 seconds, or if the path names SQLite's database in memory, which its connections would
    /// not share ([`MemoryStore`](crate::MemoryStore) is for that).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        if path.as_os_str().is_empty() || path == Path::new(":memory:") {
            return Err(StoreError::message("an SQLite session store needs a file"));
        }
        let connections = Connections::open(path)
            .map_err(|error| StoreError::new("cannot open the SQLite database", error))?;
        Ok(Self {
            connections,
            schema: OnceCell::new(),
            positions: Arc::default(),
        })
    }

    /// Whether to create the tables at first use if both are missing; default: true.
    ///
    /// Without it they are expected to be there: create them with [`SCHEMA`](Self::SCHEMA).
    #[must_use]
    pub fn create_schema(self, create: bool) -> Self {
        Self {
            schema: OnceCell::new_with((!create).then_some(())),
            ..self
        }
    }

    async fn ready(&self) -> Result<&Connections, StoreError> {
        self.schema
            .get_or_try_init(|| self.create_missing())
            .await?;
        Ok(&self.connections)
    }

    /// Without a look first, tables that are there would have to wait for the lock all the same.
    /// Where one of them is, the other has vanished, with everyone's session.
    async fn create_missing(&self) -> Result<(), StoreError> {
        if self.connections.read(statements::has_a_table).await? {
            return Ok(());
        }
        self.connections
            .write(|db| db.execute_batch(Self::SCHEMA))
            .await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SessionStore for SqliteStore {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let record = record.clone();
            let inserted = self
                .ready()
                .await?
                .write(move |db| statements::insert(db, &record));
            if inserted.await? {
                Ok(())
            } else {
                Err(StoreError::key_exists())
            }
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        let key = *key;
        Box::pin(async move {
            self.ready()
                .await?
                .read(move |db| statements::load(db, &key))
                .await
        })
    }

    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap> {
        Box::pin(async move {
            let record = record.clone();
            let db = self.ready().await?;
            db.write(move |db| statements::replace(db, &record, expected, release))
                .await
        })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool> {
        let key = *key;
        Box::pin(async move {
            let db = self.ready().await?;
            db.write(move |db| statements::touch(db, &key, seen_at, idle_until))
                .await
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease> {
        let key = *key;
        Box::pin(async move {
            self.ready()
                .await?
                .write(move |db| statements::lease(db, &key, owner, seconds))
                .await
        })
    }

    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool> {
        let key = *key;
        Box::pin(async move {
            self.ready()
                .await?
                .write(move |db| statements::remove(db, &key))
                .await
        })
    }

    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64> {
        let up_to = issued_up_to.unwrap_or(i64::MAX);
        Box::pin(async move {
            let db = self.ready().await?;
            let removed = match of {
                Of::Subject(subject) => {
                    let subject = subject.to_owned();
                    db.write(move |db| statements::remove_of_subject(db, app, &subject, up_to))
                        .await
                }
                Of::ProviderSession(sid) => {
                    let sid = sid.to_owned();
                    db.write(move |db| statements::remove_of_provider_session(db, app, &sid, up_to))
                        .await
                }
            };
            Ok(removed? as u64)
        })
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(async move {
            let subject = subject.to_owned();
            self.ready()
                .await?
                .read(move |db| statements::list(db, app, &subject))
                .await
        })
    }

    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool> {
        let key = *key;
        Box::pin(async move {
            self.ready()
                .await?
                .write(move |db| statements::once(db, &key, seconds))
                .await
        })
    }

    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let db = self.ready().await?;
            let positions = Arc::clone(&self.positions);
            let over = db
                .scan(move |db| sweep::over(db, app, now, at_most, &positions))
                .await?;
            if over.is_empty() {
                return Ok(0);
            }
            let swept = db.write(move |db| sweep::remove(db, app, now, &over));
            Ok(swept.await? as u64)
        })
    }
}
