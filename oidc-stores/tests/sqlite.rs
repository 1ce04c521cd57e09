//! `SqliteStore` on files: the rules of the trait, and what happens when the file is out of order.

mod support;

use std::path::PathBuf;
use std::time::Duration;

use oidc_stores::contract::Stores;
use oidc_stores::{SessionStore, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

use support::{key, session};

oidc_stores::contract_tests!(async {
    let file = File::new();
    Stores::two(file.store(), file.store()).keep(file)
});

struct File(TempDir);

impl File {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("sessions.db")
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(self.path()).expect("a new file")
    }

    /// Another program that uses the same file.
    fn outside(&self) -> Connection {
        Connection::open(self.path()).expect("the file exists")
    }
}

#[tokio::test]
async fn sessions_survive_a_restart() {
    let file = File::new();
    file.store().insert(&session(1)).await.expect("insert");
    let found = file.store().load(&key(1)).await.expect("load");
    assert_eq!(found, Some(session(1)));
}

#[tokio::test]
async fn many_stores_may_open_a_new_file_at_once() {
    let file = File::new();
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let path = file.path();
            tokio::task::spawn_blocking(move || SqliteStore::open(path).map(|store| (n, store)))
        })
        .collect();
    for task in tasks {
        let (n, store) = task.await.expect("no panic").expect("open");
        store.insert(&session(n)).await.expect("insert");
    }
    assert_eq!(
        file.store()
            .list(key(0).app, "alice")
            .await
            .expect("list")
            .len(),
        8
    );
}

#[tokio::test]
async fn the_file_is_strict_and_has_a_write_ahead_log() {
    let file = File::new();
    file.store().insert(&session(1)).await.expect("insert");
    let outside = file.outside();
    let mode: String = outside
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    let text = outside.execute("UPDATE oidc_sessions SET ends_at = 'soon'", []);
    assert!(text.is_err(), "times are integers");
    let types = "SELECT typeof(app) || typeof(id) || typeof(ends_at) || typeof(lease_until)
        FROM oidc_sessions";
    let types: String = outside.query_row(types, [], |row| row.get(0)).unwrap();
    assert_eq!(types, "blobblobintegernull");
}

#[tokio::test]
async fn a_vanished_table_is_an_error_until_it_is_back() {
    let file = File::new();
    let store = file.store();
    store.insert(&session(1)).await.expect("insert");

    file.outside()
        .execute_batch("ALTER TABLE oidc_sessions RENAME TO away")
        .unwrap();
    assert!(store.load(&key(1)).await.is_err());
    assert!(store.insert(&session(2)).await.is_err());
    assert!(store.replace(&session(1), 0, None).await.is_err());
    assert!(store.touch(&key(1), 0, 1).await.is_err());
    assert!(store.lease(&key(1), 1, 1).await.is_err());
    assert!(store.remove(&key(1)).await.is_err());
    assert!(store.list(key(1).app, "alice").await.is_err());
    assert!(store.sweep(key(1).app, 0, 1).await.is_err());

    file.outside()
        .execute_batch("ALTER TABLE away RENAME TO oidc_sessions")
        .unwrap();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    assert!(
        store
            .touch(&key(1), session(1).seen_at, session(1).idle_until + 1)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_vanished_table_is_not_created_anew_by_a_new_process() {
    let file = File::new();
    file.store().insert(&session(1)).await.expect("insert");

    file.outside()
        .execute_batch("ALTER TABLE oidc_sessions RENAME TO away")
        .unwrap();
    let new = file.store();
    assert!(new.load(&key(1)).await.is_err(), "its users stay signed in");
    file.outside()
        .execute_batch("ALTER TABLE away RENAME TO oidc_sessions")
        .unwrap();
    assert_eq!(new.load(&key(1)).await.expect("load"), Some(session(1)));
}

#[tokio::test]
async fn a_held_write_lock_delays_writes_only_and_not_for_long() {
    let file = File::new();
    let store = file.store();
    store.insert(&session(1)).await.expect("insert");

    let outside = file.outside();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(
        store.load(&key(1)).await.expect("load").is_some(),
        "reads go on"
    );
    let restarted = file.store().load(&key(1)).await.expect("load");
    assert!(restarted.is_some(), "reads go on after a restart too");
    let swept = store.sweep(key(1).app, 0, 10).await.expect("sweep");
    assert_eq!(swept, 0, "looking for what is over takes no lock");
    let (first, second) = (session(2), session(3));
    // The second one waits behind the first.
    let writes = async { tokio::join!(store.insert(&first), store.insert(&second)) };
    let writes = tokio::time::timeout(Duration::from_secs(7), writes).await;
    let (first, second) = writes.expect("the second does not wait as long again");
    assert!(first.is_err() && second.is_err());

    outside.execute_batch("COMMIT").unwrap();
    store
        .insert(&session(4))
        .await
        .expect("the lock is free again");
}

#[tokio::test]
async fn a_write_goes_on_when_the_lock_is_released() {
    let file = File::new();
    let store = file.store();
    store.insert(&session(1)).await.expect("insert");
    let outside = file.outside();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    let record = session(2);
    let (inserted, ()) = tokio::join!(store.insert(&record), async {
        tokio::task::yield_now().await;
        outside.execute_batch("COMMIT").unwrap();
    });
    inserted.expect("the lock was released in time");
}

#[tokio::test]
async fn once_ends_with_its_time_and_is_swept() {
    let file = File::new();
    let store = file.store();
    for n in 0..3 {
        assert!(store.once(&[n; 32], 60).await.expect("once"));
    }
    let outside = file.outside();
    outside
        .execute("UPDATE oidc_once SET until = 1 WHERE key <> ?1", [[0; 32]])
        .unwrap();
    assert!(
        store.once(&[1; 32], 60).await.expect("once"),
        "its time was over"
    );
    assert_eq!(store.sweep(key(1).app, 0, 10).await.expect("sweep"), 1);
    let left: i64 = outside
        .query_row("SELECT count(*) FROM oidc_once", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 2);
}

/// Unused ones are everywhere among those in use.
#[tokio::test]
async fn many_sessions_are_swept_in_steps() {
    let file = File::new();
    let store = file.store();
    let now = fill(&file, &store, 20_000).await;
    let app = key(1).app;
    for _ in 0..10 {
        assert_eq!(store.sweep(app, now, 1_000).await.expect("sweep"), 1_000);
    }
    assert_eq!(store.sweep(app, now, 1_000).await.expect("sweep"), 0);
    assert_eq!(count(&file), 10_000);
}

/// Each look takes part of the time that a sweep has.
#[tokio::test]
async fn a_table_too_large_for_one_look_is_swept_all_the_same() {
    let file = File::new();
    let store = file.store();
    let now = fill(&file, &store, 600).await;
    // SQLite computes the column when it looks at a session, which takes long for one in use.
    file.outside()
        .execute_batch(
            "ALTER TABLE oidc_sessions RENAME COLUMN idle_until TO unused_from;
             ALTER TABLE oidc_sessions ADD COLUMN idle_until INTEGER
                AS (unused_from + 0 * length(hex(zeroblob(unused_from % 2 * 5000000))));",
        )
        .unwrap();
    while count(&file) > 300 {
        store.sweep(key(1).app, now, 1_000).await.expect("sweep");
    }
    assert_eq!(store.sweep(key(1).app, now, 1_000).await.expect("sweep"), 0);
    assert_eq!(count(&file), 300);
}

/// Stores sessions, of which every second one was not used for long: when that was so.
async fn fill(file: &File, store: &SqliteStore, sessions: u32) -> i64 {
    let record = session(1);
    store.insert(&record).await.expect("insert");
    let outside = file.outside();
    let copies = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
        INSERT INTO oidc_sessions
        SELECT app, unhex(printf('%064x', n * 2654435761)), subject, provider_session, issued_at,
            signed_in_at, seen_at, idle_until + n % 2, ends_at, version, lease_by, lease_until,
            payload
        FROM oidc_sessions, n";
    outside.execute(copies, [sessions]).unwrap();
    store.remove(&record.key).await.expect("remove");
    record.idle_until
}

fn count(file: &File) -> u32 {
    let count = "SELECT count(*) FROM oidc_sessions";
    file.outside()
        .query_row(count, [], |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn without_create_schema_the_tables_have_to_be_there() {
    let file = File::new();
    let store = file.store().create_schema(false);
    assert!(store.insert(&session(1)).await.is_err());
    file.outside().execute_batch(SqliteStore::SCHEMA).unwrap();
    store.insert(&session(1)).await.expect("insert");
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let file = File::new();
    let store = file.store();
    store.insert(&session(1)).await.expect("insert");
    for entry in std::fs::read_dir(file.0.path())
        .unwrap()
        .map(Result::unwrap)
    {
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{entry:?}");
    }
}

#[test]
fn what_is_not_a_file_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    for path in [
        "",
        ":memory:",
        directory.path().to_str().unwrap(),
        "/nowhere/sessions.db",
    ] {
        assert!(SqliteStore::open(path).is_err(), "{path}");
    }
    let text = directory.path().join("text");
    std::fs::write(&text, "not a database".repeat(100)).unwrap();
    assert!(SqliteStore::open(text).is_err());
}
