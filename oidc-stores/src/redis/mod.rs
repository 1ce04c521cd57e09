//! Sessions in Redis or Valkey.

mod connection;
mod keys;
mod replies;

use std::fmt;
use std::sync::LazyLock;

use redis::aio::ConnectionManager;
use redis::{Cmd, FromRedisValue, Script, ScriptInvocation, Value};

use connection::{Connection, Repeat};

use crate::{
    AppId, Lease, Of, Record, SessionKey, SessionStore, StoreError, StoreFuture, Summary, Swap,
};

/// Sessions in Redis (6 or later) or Valkey, for any number of processes.
///
/// Sessions expire by themselves an hour after their end: the clock of Redis does not have to be
/// exact. Set `maxmemory-policy noeviction`: a session that is evicted is a user who is signed out.
/// How many sessions a restart of Redis loses depends on its persistence.
///
/// It connects at first use, on the tokio runtime of whoever uses it first. Among the workers of
/// actix-web, which have a runtime each, one that blocks its thread may hold up the sessions of all:
/// use `actix_web::web::block`.
///
/// An operation that takes more than 4 seconds, connecting included, is an error. After a lost
/// connection whatever can be repeated is tried once more.
///
/// ```no_run
/// use oidc_stores::{RedisStore, StoreError};
///
/// # fn main() -> Result<(), StoreError> {
/// let store = RedisStore::connect("rediss://shop:secret@redis.example.org")?;
/// # Ok(()) }
/// ```
///
/// Keys begin with `oidc:`. All keys of an application have its id as their hash tag, and every
/// operation is one command or one script.
pub struct RedisStore {
    connection: Connection,
}

impl RedisStore {
    /// Connects at first use, to a URL like `redis://user:password@host:port/database`, or
    /// `rediss://` for TLS.
    ///
    /// TLS uses the cryptography that the application has chosen for rustls by
    /// `CryptoProvider::install_default`. Where it has chosen none by the first connection, `aws_lc_rs` is
    /// installed for the whole process, and a later choice fails.
    ///
    /// Only a URL that cannot be read is an error here.
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        let connection = Connection::to(url)
            .map_err(|error| StoreError::new("cannot read the URL of Redis", error))?;
        Ok(Self { connection })
    }

    /// Uses the connection of an application.
    ///
    /// ```no_run
    /// use oidc_stores::RedisStore;
    ///
    /// # async fn start() -> redis::RedisResult<()> {
    /// let client = redis::Client::open("redis://redis.example.org")?;
    /// let manager = client.get_connection_manager().await?;
    /// let store = RedisStore::new(manager.clone());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn new(manager: ConnectionManager) -> Self {
        Self {
            connection: Connection::of(manager),
        }
    }

    async fn command<T: FromRedisValue>(
        &self,
        repeat: Repeat,
        command: &Cmd,
    ) -> Result<T, StoreError> {
        let run = |mut manager| async move { command.query_async(&mut manager).await };
        self.connection.run(repeat, run).await
    }

    async fn script<T: FromRedisValue>(
        &self,
        repeat: Repeat,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let run = |mut manager| async move { script.invoke_async(&mut manager).await };
        self.connection.run(repeat, run).await
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").finish_non_exhaustive()
    }
}

macro_rules! script {
    ($file:literal) => {
        LazyLock::new(|| {
            Script::new(concat!(
                include_str!("scripts/common.lua"),
                include_str!($file)
            ))
        })
    };
}

static INSERT: LazyLock<Script> = script!("scripts/insert.lua");
static REPLACE: LazyLock<Script> = script!("scripts/replace.lua");
static TOUCH: LazyLock<Script> = script!("scripts/touch.lua");
static LEASE: LazyLock<Script> = script!("scripts/lease.lua");
static REMOVE: LazyLock<Script> = script!("scripts/remove.lua");
static REMOVE_ALL: LazyLock<Script> = script!("scripts/remove_all.lua");
static LIST: LazyLock<Script> = script!("scripts/list.lua");
static SWEEP: LazyLock<Script> = script!("scripts/sweep.lua");

/// Every script about one session has its id as the first argument.
fn invocation<'a>(script: &'a Script, key: &SessionKey) -> ScriptInvocation<'a> {
    let mut invocation = script.key(keys::prefix(&keys::app(key.app)));
    invocation.arg(keys::hex(&key.hash));
    invocation
}

impl SessionStore for RedisStore {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let mut insert = invocation(&INSERT, &record.key);
            insert
                .arg(&record.subject)
                .arg(record.issued_at)
                .arg(record.signed_in_at)
                .arg(record.seen_at)
                .arg(record.idle_until)
                .arg(record.ends_at)
                .arg(record.version)
                .arg(&record.payload)
                .arg(&record.provider_session);
            let inserted = self.script(Repeat::IfNotSent, &insert).await?;
            if inserted {
                Ok(())
            } else {
                Err(StoreError::key_exists())
            }
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async {
            let mut load = redis::cmd("HMGET");
            load.arg(keys::session(key)).arg(&replies::FIELDS);
            let fields = self.command(Repeat::Always, &load).await?;
            if replies::is_missing(&fields) {
                return Ok(None);
            }
            replies::record(key, fields).map(Some)
        })
    }

    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap> {
        Box::pin(async move {
            let mut replace = invocation(&REPLACE, &record.key);
            replace
                .arg(expected)
                .arg(expected.wrapping_add(1))
                .arg(&record.payload)
                .arg(record.seen_at)
                .arg(record.idle_until)
                .arg(release.map(|owner| owner.to_be_bytes().to_vec()));
            let reply: String = self.script(Repeat::IfNotSent, &replace).await?;
            replies::swap(&reply)
        })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut touch = invocation(&TOUCH, key);
            touch.arg(seen_at).arg(idle_until);
            self.script(Repeat::Always, &touch).await
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease> {
        Box::pin(async move {
            let mut lease = invocation(&LEASE, key);
            lease.arg(owner.to_be_bytes().as_slice()).arg(seconds);
            Ok(match self.script(Repeat::Always, &lease).await? {
                Value::Nil => Lease::Gone,
                Value::Int(_) => Lease::Busy,
                fields => Lease::Granted(replies::record(key, fields)?),
            })
        })
    }

    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.script(Repeat::Always, &invocation(&REMOVE, key)).await })
    }

    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let mut remove_all = REMOVE_ALL.key(keys::prefix(&keys::app(app)));
            remove_all
                .arg(keys::index(of))
                .arg(issued_up_to.unwrap_or(i64::MAX));
            self.script(Repeat::Always, &remove_all).await
        })
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(async move {
            let mut list = LIST.key(keys::prefix(&keys::app(app)));
            list.arg(keys::index(Of::Subject(subject)));
            replies::summaries(app, self.script(Repeat::Always, &list).await?)
        })
    }

    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut once = redis::cmd("SET");
            once.arg(keys::once(key))
                .arg(1)
                .arg("NX")
                .arg("EX")
                .arg(seconds.max(1));
            let set: Value = self.command(Repeat::IfNotSent, &once).await?;
            Ok(set != Value::Nil)
        })
    }

    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let prefix = keys::prefix(&keys::app(app));
            let (mut swept, at_most) = (0, u64::from(at_most));
            while swept < at_most {
                let batch = at_most - swept;
                let mut sweep = SWEEP.key(&prefix);
                sweep.arg(now).arg(batch);
                let (removed, looked_at): (u64, u64) = self.script(Repeat::Always, &sweep).await?;
                swept += removed;
                if looked_at < batch {
                    break;
                }
            }
            Ok(swept)
        })
    }
}
