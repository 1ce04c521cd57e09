//! Sessions in a database of PostgreSQL.

mod loan;
mod statements;

use std::fmt;
use std::future::Future;
use std::sync::LazyLock;

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgPool, Row};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use loan::Loan;

use crate::{
    AppId, Lease, Of, Record, SessionKey, SessionStore, StoreError, StoreFuture, Summary, Swap,
    limit,
};

/// Sessions in a database of PostgreSQL, for any number of processes.
///
/// The tables `oidc_sessions` and `oidc_once` are created at first use if both are missing, in the
/// first schema of the connection's search path. Later they are expected to be there: a table that
/// vanishes is an error, not a store without sessions.
///
/// It connects at first use; a connection lives on the tokio runtime of whoever used it first. Among
/// the workers of actix-web, which have a runtime each, one that blocks its thread may hold up the
/// sessions of all: use `actix_web::web::block`.
///
/// An operation that takes more than 4 seconds, connecting included, is an error. After a lost
/// connection reads, touches, leases and removals are tried once more.
///
/// ```no_run
/// use oidc_stores::{PostgresStore, StoreError};
///
/// # fn main() -> Result<(), StoreError> {
/// let store = PostgresStore::connect("postgres://shop:secret@db.example.org/shop")?;
/// # Ok(()) }
/// ```
pub struct PostgresStore {
    pool: LazyLock<PgPool, Box<dyn FnOnce() -> PgPool + Send>>,
    schema: OnceCell<()>,
}

impl PostgresStore {
    /// The statements that create the tables and their indexes, for
    /// [`create_schema(false)`](Self::create_schema).
    pub const SCHEMA: &'static str = include_str!("schema.sql");

    /// Uses the connections of an application.
    ///
    /// ```no_run
    /// use oidc_stores::PostgresStore;
    /// use sqlx::PgPool;
    ///
    /// # async fn start() -> Result<(), sqlx::Error> {
    /// let pool = PgPool::connect("postgres://shop:secret@db.example.org/shop").await?;
    /// let store = PostgresStore::new(pool.clone());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool: LazyLock::new(Box::new(|| pool)),
            schema: OnceCell::new(),
        }
    }

    /// Connects with up to 10 connections of its own, at first use, to a URL like
    /// `postgres://user:password@host:port/database?sslmode=verify-full`.
    ///
    /// Only a URL that cannot be read is an error here.
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url
            .parse()
            .map_err(|error| StoreError::new("cannot read the URL of PostgreSQL", error))?;
        // The pool needs a tokio runtime, which may not run yet.
        let connect = || {
            PgPoolOptions::new()
                .max_connections(10)
                .connect_lazy_with(options)
        };
        Ok(Self {
            pool: LazyLock::new(Box::new(connect)),
            schema: OnceCell::new(),
        })
    }

    /// Whether to create the tables at first use if both are missing; default: true.
    ///
    /// Without it they are expected to be there: create them with [`SCHEMA`](Self::SCHEMA) as a
    /// user who may.
    #[must_use]
    pub fn create_schema(self, create: bool) -> Self {
        Self {
            schema: OnceCell::new_with((!create).then_some(())),
            ..self
        }
    }

    /// Runs statements that must not run twice.
    async fn run<T, F>(&self, statements: impl Fn(Loan) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        self.retry(statements, is_rolled_back).await
    }

    /// Runs statements that may run twice.
    async fn run_again<T, F>(&self, statements: impl Fn(Loan) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        self.retry(statements, |error| {
            is_rolled_back(error) || is_disconnected(error)
        })
        .await
    }

    async fn retry<T, F>(
        &self,
        statements: impl Fn(Loan) -> F,
        again: impl Fn(&sqlx::Error) -> bool,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        let (pool, deadline) = (&*self.pool, limit::deadline());
        let attempts = async {
            let create = || create_schema(pool, deadline);
            self.schema.get_or_try_init(create).await?;
            match statements(Loan::of(pool, deadline).await?).await {
                Err(error) if again(&error) => statements(Loan::of(pool, deadline).await?).await,
                result => result,
            }
        };
        limit::until(deadline, attempts)
            .await?
            .map_err(|error| StoreError::new("a statement of PostgreSQL failed", error))
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl SessionStore for PostgresStore {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let inserted = self.run(move |db| statements::insert(db, record)).await?;
            if inserted {
                Ok(())
            } else {
                Err(StoreError::key_exists())
            }
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(self.run_again(move |db| statements::load(db, key)))
    }

    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap> {
        Box::pin(self.run(move |db| statements::replace(db, record, expected, release)))
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.run_again(move |db| statements::touch(db, key, seen_at, idle_until)))
    }

    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease> {
        Box::pin(self.run_again(move |db| statements::lease(db, key, owner, seconds)))
    }

    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool> {
        Box::pin(self.run_again(move |db| statements::remove(db, key)))
    }

    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64> {
        let up_to = issued_up_to.unwrap_or(i64::MAX);
        match of {
            Of::Subject(subject) => Box::pin(
                self.run_again(move |db| statements::remove_of_subject(db, app, subject, up_to)),
            ),
            Of::ProviderSession(sid) => {
                Box::pin(self.run_again(move |db| {
                    statements::remove_of_provider_session(db, app, sid, up_to)
                }))
            }
        }
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(self.run_again(move |db| statements::list(db, app, subject)))
    }

    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool> {
        Box::pin(self.run(move |db| statements::once(db, key, seconds)))
    }

    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        Box::pin(self.run_again(move |db| statements::sweep(db, app, now, at_most)))
    }
}

/// Without the right to create tables the statements would fail even if the tables are there. Where
/// one of them is, the other has vanished, with everyone's session.
async fn create_schema(pool: &PgPool, deadline: Instant) -> sqlx::Result<()> {
    let mut db = Loan::of(pool, deadline).await?;
    let exist = "SELECT to_regclass('oidc_sessions') IS NOT NULL
        OR to_regclass('oidc_once') IS NOT NULL";
    if db.fetch_one(exist).await?.try_get(0)? {
        return Ok(());
    }
    // Statements that are sent together are one transaction, which holds the lock: two processes
    // that create a table at once would be an error. The number is arbitrary.
    let locked = concat!(
        "SELECT pg_advisory_xact_lock(7238110893451);\n",
        include_str!("schema.sql")
    );
    db.execute(sqlx::raw_sql(locked)).await.map(drop)
}

/// Class 40 of SQLSTATE: the server undid the statement because of another one at the same time.
fn is_rolled_back(error: &sqlx::Error) -> bool {
    is_of_class(error, "40")
}

/// Connection exceptions, and the end of the server.
fn is_disconnected(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_)) || is_of_class(error, "08") || is_of_class(error, "57P")
}

fn is_of_class(error: &sqlx::Error, class: &str) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code.starts_with(class))
}
