//! Connections to one file: one that writes, a few that read.

use std::error::Error;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::{StoreError, limit};

const READERS: usize = 4;
/// How much later than its deadline a statement that waited for a lock may end.
const COMPLETION: Duration = Duration::from_millis(500);
/// How long opening waits for others who open the same file.
const OPENING: Duration = Duration::from_secs(3);

pub(super) struct Connections {
    writer: Arc<tokio::sync::Mutex<Connection>>,
    readers: Vec<Mutex<Connection>>,
    next_reader: AtomicUsize,
    /// For queries that read whole tables.
    scanner: Arc<Mutex<Connection>>,
}

impl Connections {
    pub(super) fn open(path: &Path) -> Result<Self, Box<dyn Error + Send + Sync>> {
        create_private(path)?;
        let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        writer.busy_timeout(OPENING)?;
        switch_to_wal(&writer)?;
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        let readers = (0..READERS).map(|_| reader(path).map(Mutex::new));
        Ok(Self {
            writer: Arc::new(tokio::sync::Mutex::new(writer)),
            readers: readers.collect::<rusqlite::Result<_>>()?,
            next_reader: AtomicUsize::new(0),
            scanner: Arc::new(Mutex::new(reader(path)?)),
        })
    }

    /// Runs a query right here: with a write-ahead log a read takes microseconds and waits for
    /// nobody. In the rare moments when it would have to wait, such as the recovery of a log, it
    /// waits on another thread.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        query: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self.read_now(&query) {
            Err(error) if is_busy(&error) => self.on_writer(move |writer| query(writer)).await?,
            result => result,
        }
        .map_err(|error| StoreError::new("cannot read from the SQLite database", error))
    }

    /// Runs a query that may take long, on a thread and a connection that nobody else waits for.
    pub(super) async fn scan<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let scanner = Arc::clone(&self.scanner);
        let task = tokio::task::spawn_blocking(move || {
            let scanner = scanner.lock().unwrap_or_else(PoisonError::into_inner);
            scanner.busy_timeout(COMPLETION)?;
            query(&scanner)
        });
        limit::until(limit::deadline(), task)
            .await?
            .map_err(|error| StoreError::new("the thread of an SQLite query failed", error))?
            .map_err(|error| StoreError::new("cannot read from the SQLite database", error))
    }

    fn read_now<T>(
        &self,
        query: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let next = self.next_reader.fetch_add(1, Ordering::Relaxed) % READERS;
        let reader = self.readers[next]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        query(&reader)
    }

    /// Runs statements in a transaction of their own, on a thread that may wait for the lock of
    /// the file. They are completed even if the caller is dropped meanwhile.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        statements: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_writer(|writer| {
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = statements(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
        .await?
        .map_err(|error| StoreError::new("cannot write to the SQLite database", error))
    }

    async fn on_writer<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<rusqlite::Result<T>, StoreError> {
        let deadline = limit::deadline();
        let mut writer = limit::until(deadline, Arc::clone(&self.writer).lock_owned()).await?;
        let task = tokio::task::spawn_blocking(move || {
            writer.busy_timeout(deadline.saturating_duration_since(tokio::time::Instant::now()))?;
            job(&mut writer)
        });
        // SQLite gives up by itself at the deadline. Whoever gave up at the same moment would not
        // know whether a statement was carried out after all.
        limit::until(deadline + COMPLETION, task)
            .await?
            .map_err(|error| StoreError::new("the thread of an SQLite statement failed", error))
    }
}

/// SQLite would let everyone on the machine read a new file. Its logs take over the permissions.
fn create_private(path: &Path) -> io::Result<()> {
    // Closing a file releases all locks that this process holds on it: another store must not have
    // it open yet.
    static CREATING: Mutex<()> = Mutex::new(());
    let _creating = CREATING.lock().unwrap_or_else(PoisonError::into_inner);

    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// It runs on threads that must not wait.
fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let reader = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    reader.busy_timeout(Duration::ZERO)?;
    Ok(reader)
}

/// SQLite does not wait for the lock that this takes while another process does the same.
fn switch_to_wal(connection: &Connection) -> Result<(), Box<dyn Error + Send + Sync>> {
    let deadline = Instant::now() + OPENING;
    loop {
        let mode =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
        match mode {
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(10));
            }
            mode => {
                let mode: String = mode?;
                return if mode == "wal" {
                    Ok(())
                } else {
                    Err(no_wal(&mode).into())
                };
            }
        }
    }
}

fn no_wal(mode: &str) -> String {
    format!("the journal mode stays {mode}: write-ahead logging needs a file on a local drive")
}

fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}
