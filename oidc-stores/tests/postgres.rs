//! `PostgresStore` on a real server: the rules of the trait, and what happens when the server or a
//! table is away.

#[path = "support/network.rs"]
mod network;
mod support;

use std::error::Error as _;
use std::net::TcpListener;
use std::sync::LazyLock;
use std::time::Duration;

use oidc_stores::contract::Stores;
use oidc_stores::{Lease, PostgresStore, SessionStore, Swap};
use servers::Postgres;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection};

use network::Network;
use support::{key, session};

static SERVER: LazyLock<Postgres> = LazyLock::new(Postgres::start);

oidc_stores::contract_tests!(async {
    let url = SERVER.database();
    Stores::two(store(&url), store(&url))
});

fn store(url: &str) -> PostgresStore {
    PostgresStore::connect(url).expect("a URL")
}

/// Another program that uses the same database.
async fn outside(url: &str, statement: &'static str) {
    let mut connection = PgConnection::connect(url).await.expect("connect");
    sqlx::raw_sql(statement)
        .execute(&mut connection)
        .await
        .expect("a statement from outside");
}

#[tokio::test]
async fn sessions_are_there_for_other_pools() {
    let url = SERVER.database();
    let pool = PgPoolOptions::new().connect_lazy(&url).expect("a URL");
    PostgresStore::new(pool)
        .insert(&session(1))
        .await
        .expect("insert");
    let found = store(&url).load(&key(1)).await.expect("load");
    assert_eq!(found, Some(session(1)));
}

#[tokio::test]
async fn many_stores_may_create_the_tables_at_once() {
    let url = SERVER.database();
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let store = store(&url);
            tokio::spawn(async move { store.insert(&session(n)).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("insert");
    }
}

#[tokio::test]
async fn a_vanished_table_is_an_error_until_it_is_back() {
    let url = SERVER.database();
    let store = store(&url);
    store.insert(&session(1)).await.expect("insert");

    outside(&url, "ALTER TABLE oidc_sessions RENAME TO away").await;
    assert!(store.load(&key(1)).await.is_err());
    assert!(store.insert(&session(2)).await.is_err());
    assert!(store.replace(&session(1), 0, None).await.is_err());
    assert!(store.touch(&key(1), 0, 1).await.is_err());
    assert!(store.lease(&key(1), 1, 1).await.is_err());
    assert!(store.remove(&key(1)).await.is_err());
    assert!(store.list(key(1).app, "alice").await.is_err());
    assert!(store.sweep(key(1).app, 0, 1).await.is_err());

    outside(&url, "ALTER TABLE away RENAME TO oidc_sessions").await;
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
}

#[tokio::test]
async fn a_vanished_table_is_not_created_anew_by_a_new_process() {
    let url = SERVER.database();
    store(&url).insert(&session(1)).await.expect("insert");

    outside(&url, "ALTER TABLE oidc_sessions RENAME TO away").await;
    let new = store(&url);
    assert!(new.load(&key(1)).await.is_err(), "its users stay signed in");
    outside(&url, "ALTER TABLE away RENAME TO oidc_sessions").await;
    assert_eq!(new.load(&key(1)).await.expect("load"), Some(session(1)));
}

#[tokio::test]
async fn once_ends_with_its_time_and_is_swept() {
    let url = SERVER.database();
    let store = store(&url);
    for n in 1..=3 {
        assert!(store.once(&[n; 32], 60).await.expect("once"));
    }
    outside(
        &url,
        "UPDATE oidc_once SET until = now() WHERE get_byte(key, 0) > 1",
    )
    .await;
    assert!(
        store.once(&[2; 32], 60).await.expect("once"),
        "its time was over"
    );
    assert_eq!(store.sweep(key(1).app, 0, 10).await.expect("sweep"), 1);
    assert!(
        !store.once(&[1; 32], 60).await.expect("once"),
        "its time runs"
    );
}

#[tokio::test]
async fn without_create_schema_the_tables_have_to_be_there() {
    let url = SERVER.database();
    let store = store(&url).create_schema(false);
    assert!(store.insert(&session(1)).await.is_err());
    outside(&url, PostgresStore::SCHEMA).await;
    store.insert(&session(1)).await.expect("insert");
}

#[tokio::test]
async fn who_may_not_create_tables_can_use_them() {
    let url = SERVER.database();
    outside(&url, PostgresStore::SCHEMA).await;
    outside(
        &url,
        "CREATE ROLE shop LOGIN PASSWORD 'shop-password';
         GRANT SELECT, INSERT, UPDATE, DELETE ON oidc_sessions, oidc_once TO shop",
    )
    .await;
    let user = format!("oidc:{}", Postgres::PASSWORD);
    let store = store(&url.replace(&user, "shop:shop-password"));
    store.insert(&session(1)).await.expect("insert");
    assert!(store.once(&[1; 32], 60).await.expect("once"));
}

#[tokio::test]
async fn a_restart_of_the_server_loses_no_session() {
    let server = Postgres::start();
    let url = server.database();
    let store = store(&url);
    store.insert(&session(1)).await.expect("insert");

    server.stop();
    let error = store.load(&key(1)).await.expect_err("the server is away");
    let text = format!("{error:#}");
    assert!(text.starts_with(&format!("{error}: ")), "{text}");
    assert!(!format!("{text} {error:?}").contains(Postgres::PASSWORD));
    assert!(error.source().is_some());

    server.start_again();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    let swap = store.replace(&session(1), 0, None).await.expect("replace");
    assert_eq!(swap, Swap::Swapped);
}

#[tokio::test]
async fn a_dead_connection_of_an_untested_pool_is_replaced() {
    let url = SERVER.database();
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false);
    let store = PostgresStore::new(pool.connect_lazy(&url).expect("a URL"));
    store.insert(&session(1)).await.expect("insert");
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    outside(&url, others).await;
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    outside(&url, others).await;
    assert!(store.remove(&key(1)).await.expect("remove"));
}

#[tokio::test]
async fn a_session_that_is_removed_meanwhile_is_gone() {
    let url = SERVER.database();
    let store = store(&url);
    let mut outside = PgConnection::connect(&url).await.expect("connect");
    let record = session(1);

    for lease in [false, true] {
        store.insert(&record).await.expect("insert");
        store.lease(&record.key, 1, 60).await.expect("lease");
        let mut transaction = outside.begin().await.expect("begin");
        sqlx::raw_sql("DELETE FROM oidc_sessions")
            .execute(&mut *transaction)
            .await
            .expect("delete");
        let removal = async {
            wait_for_a_lock(&url).await;
            transaction.commit().await.expect("commit");
        };
        if lease {
            let (lease, ()) = tokio::join!(store.lease(&record.key, 1, 60), removal);
            assert_eq!(lease.expect("lease"), Lease::Gone);
        } else {
            let (swap, ()) = tokio::join!(store.replace(&record, 0, None), removal);
            assert_eq!(swap.expect("replace"), Swap::Gone);
        }
    }
}

async fn wait_for_a_lock(url: &str) {
    let mut connection = PgConnection::connect(url).await.expect("connect");
    let waiting = "SELECT pg_sleep(0.01) IS NOT NULL AND EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waiting)
        .fetch_one(&mut connection)
        .await
        .expect("the activity")
    {}
}

#[tokio::test]
async fn a_new_column_does_not_disturb() {
    let url = SERVER.database();
    let pool = PgPoolOptions::new().max_connections(1);
    let store = PostgresStore::new(pool.connect_lazy(&url).expect("a URL"));
    let record = session(1);
    let use_it = async || {
        store.load(&record.key).await?;
        store.replace(&record, 0, None).await?;
        store.touch(&record.key, 0, 1).await?;
        store.lease(&record.key, 1, 60).await?;
        store.list(record.key.app, "alice").await
    };
    store.insert(&record).await.expect("insert");
    use_it().await.expect("before");
    outside(&url, "ALTER TABLE oidc_sessions ADD COLUMN note TEXT").await;
    use_it().await.expect("after");
}

#[tokio::test]
async fn a_statement_that_hangs_is_an_error() {
    let url = SERVER.database();
    let store = store(&url);
    store.insert(&session(1)).await.expect("insert");

    let mut outside = PgConnection::connect(&url).await.expect("connect");
    let mut transaction = outside.begin().await.expect("begin");
    sqlx::raw_sql("LOCK oidc_sessions")
        .execute(&mut *transaction)
        .await
        .expect("lock");
    // The time limit is over as soon as there is nothing to do but wait.
    tokio::time::pause();
    assert!(store.load(&key(1)).await.is_err());
    tokio::time::resume();
    transaction.rollback().await.expect("rollback");
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
}

#[tokio::test]
async fn a_connection_that_went_silent_makes_room_for_another() {
    let (network, store) = one_connection_that_goes_silent().await;
    // The time limit is over as soon as there is nothing to do but wait.
    tokio::time::pause();
    assert!(store.load(&key(1)).await.is_err(), "nothing passes");
    tokio::time::resume();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    assert_eq!(network.connections(), 2);
}

#[tokio::test]
async fn whoever_gives_up_waiting_leaves_no_silent_connection_in_the_pool() {
    let (network, store) = one_connection_that_goes_silent().await;
    tokio::time::pause();
    let key = key(1);
    let loading = tokio::time::timeout(Duration::from_secs(1), store.load(&key));
    assert!(loading.await.is_err(), "the user is gone");
    tokio::time::sleep(Duration::from_secs(5)).await;
    tokio::time::resume();
    assert_eq!(store.load(&key).await.expect("load"), Some(session(1)));
    assert_eq!(network.connections(), 2);
}

/// A store that has room for one connection, over which nothing passes any more.
async fn one_connection_that_goes_silent() -> (Network, PostgresStore) {
    let (network, url) = Network::of(&SERVER.database());
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false);
    let pool = pool.connect_lazy(&url).expect("a URL");
    let store = PostgresStore::new(pool.clone());
    store.insert(&session(1)).await.expect("insert");
    while pool.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
    network.silence();
    (network, store)
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_an_error() {
    let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = hanging.local_addr().expect("it is bound");
    let store = store(&format!("postgres://oidc:hunter2@{address}/oidc"));
    let error = store.load(&key(1)).await.expect_err("it hangs");
    assert_eq!(error.to_string(), "the session store does not respond");
}

#[test]
fn what_is_not_a_url_is_an_error_without_the_password() {
    for url in [
        "",
        "postgres://oidc:hunter2@[::1/x",
        "postgres://oidc:hunter2@host:port/x",
    ] {
        let error = PostgresStore::connect(url).expect_err(url);
        assert!(
            !format!("{error} {error:?}").contains("hunter2"),
            "{error:?}"
        );
    }
    let store = store("postgres://oidc:hunter2@localhost/x");
    assert!(!format!("{store:?}").contains("hunter2"));
}
