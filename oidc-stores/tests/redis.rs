//! `RedisStore` on a real server: the rules of the trait, how long keys live, and what happens when
//! the server is away.

#[path = "support/network.rs"]
mod network;
mod support;

use std::error::Error as _;
use std::io::Read;
use std::net::TcpListener;
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oidc_stores::contract::Stores;
use oidc_stores::{Of, Record, RedisStore, SessionStore, Swap};
use redis::AsyncTypedCommands;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use servers::Redis;

use network::Network;
use support::{key, session};

static SERVER: LazyLock<Redis> = LazyLock::new(Redis::start);

oidc_stores::contract_tests!(async {
    let url = SERVER.url();
    Stores::two(store(&url), store(&url))
});

fn store(url: &str) -> RedisStore {
    RedisStore::connect(url).expect("a URL")
}

async fn outside(server: &Redis) -> ConnectionManager {
    let client = redis::Client::open(server.url()).expect("a URL");
    client.get_connection_manager().await.expect("a connection")
}

fn real_now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .try_into()
        .unwrap()
}

/// A session that ends in `seconds`.
fn ending_in(n: u8, seconds: i64) -> Record {
    let now = real_now();
    Record {
        seen_at: now - 60,
        idle_until: now + 60,
        ends_at: now + seconds,
        ..session(n)
    }
}

#[tokio::test]
async fn an_application_can_bring_its_connection() {
    let server = Redis::start();
    RedisStore::new(outside(&server).await)
        .insert(&session(1))
        .await
        .expect("insert");
    let found = store(&server.url()).load(&key(1)).await.expect("load");
    assert_eq!(found, Some(session(1)));
}

#[tokio::test]
async fn keys_expire_with_the_last_session_they_are_about() {
    let server = Redis::start();
    let store = store(&server.url());
    let (long, short) = (ending_in(1, 2_000), ending_in(2, 1_000));
    store.insert(&long).await.expect("insert");
    store.insert(&short).await.expect("insert");
    store.replace(&short, 0, None).await.expect("replace");
    store.lease(&key(1), 1, 60).await.expect("lease");

    let mut outside = outside(&server).await;
    let mut expiries = Vec::new();
    for name in outside.keys("oidc:{*").await.expect("keys") {
        let expiry = outside.expire_time(&name).await.expect("expiretime");
        expiries.push((name, expiry.raw() as i64));
    }
    expiries.sort();
    let prefix = "oidc:{0707070707070707}:";
    let (long, short) = (long.ends_at + 3_600, short.ends_at + 3_600);
    let expected = [
        (format!("{prefix}idle"), -1),
        (format!("{prefix}p:sid"), long),
        (format!("{prefix}s:{}", "01".repeat(32)), long),
        (format!("{prefix}s:{}", "02".repeat(32)), short),
        (format!("{prefix}u:alice"), long),
    ];
    assert_eq!(expiries, expected);
}

#[tokio::test]
async fn a_clock_that_is_ahead_ends_no_session() {
    let server = Redis::start();
    let store = store(&server.url());
    // It ended by the server's clock.
    let record = ending_in(1, -60);
    store.insert(&record).await.expect("insert");
    assert_eq!(
        store.load(&record.key).await.expect("load"),
        Some(record.clone())
    );
    let listed = store.list(record.key.app, "alice").await.expect("list");
    assert_eq!(listed.len(), 1);
}

#[tokio::test]
async fn what_expired_leaves_the_indexes() {
    let server = Redis::start();
    let store = store(&server.url());
    for n in 1..=4 {
        store.insert(&ending_in(n, 1_000)).await.expect("insert");
    }
    let mut outside = outside(&server).await;
    let prefix = "oidc:{0707070707070707}:";
    for n in 1..=3 {
        let id = format!("{n:02x}").repeat(32);
        outside.del(format!("{prefix}s:{id}")).await.expect("del");
    }
    assert_eq!(
        store.list(key(1).app, "alice").await.expect("list").len(),
        1
    );
    assert_eq!(
        outside
            .zcard(format!("{prefix}u:alice"))
            .await
            .expect("zcard"),
        1
    );
    let removed = store
        .remove_all(key(1).app, Of::ProviderSession("sid"), None)
        .await;
    assert_eq!(removed.expect("remove_all"), 1);
    assert_eq!(
        store
            .sweep(key(1).app, real_now() + 1_000, 10)
            .await
            .expect("sweep"),
        0
    );
    assert_eq!(
        outside.keys("oidc:{*").await.expect("keys"),
        [""; 0],
        "nothing is left"
    );

    // An insert clears what has ended by the clock of the server.
    store.insert(&ending_in(5, 1_000)).await.expect("insert");
    outside
        .zadd(format!("{prefix}u:alice"), "ended", real_now() - 1)
        .await
        .expect("zadd");
    store.insert(&ending_in(6, 1_000)).await.expect("insert");
    assert_eq!(
        outside
            .zcard(format!("{prefix}u:alice"))
            .await
            .expect("zcard"),
        2
    );
}

#[tokio::test]
async fn once_ends_with_its_time() {
    let server = Redis::start();
    let store = store(&server.url());
    assert!(
        store.once(&[1; 32], 0).await.expect("once"),
        "at least a second"
    );
    assert!(store.once(&[2; 32], 1_000).await.expect("once"));
    let mut outside = outside(&server).await;
    let name = format!("oidc:1:{}", "02".repeat(32));
    // Redis rounds to the nearest second.
    let expiry = outside.expire_time(&name).await.expect("expiretime").raw();
    assert!((real_now()..=real_now() + 1_001).contains(&(expiry as i64)));
    outside.del(&name).await.expect("del");
    assert!(store.once(&[2; 32], 1_000).await.expect("once"));
}

#[tokio::test]
async fn a_restart_of_the_server_loses_no_session() {
    let server = Redis::start();
    let store = store(&server.url());
    store.insert(&session(1)).await.expect("insert");

    server.stop();
    let error = store.load(&key(1)).await.expect_err("the server is away");
    let text = format!("{error:#}");
    assert!(text.starts_with(&format!("{error}: ")), "{text}");
    assert!(!format!("{text} {error:?}").contains(Redis::PASSWORD));
    assert!(error.source().is_some());

    server.start_again();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    let swap = store.replace(&session(1), 0, None).await.expect("replace");
    assert_eq!(swap, Swap::Swapped);
}

#[tokio::test]
async fn a_connection_that_was_lost_unnoticed_is_replaced() {
    let server = Redis::start();
    let store = store(&server.url());
    store.insert(&session(1)).await.expect("insert");
    server.stop();
    server.start_again();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    server.stop();
    server.start_again();
    assert!(store.remove(&key(1)).await.expect("remove"));
}

#[tokio::test]
async fn a_password_that_is_right_again_works_again() {
    let server = Redis::start();
    let mut outside = outside(&server).await;
    let store = store(&server.url());

    set_password(&mut outside, "another-password").await;
    for _ in 0..2 {
        let error = store.load(&key(1)).await.expect_err("it is refused");
        assert!(error.source().is_some());
    }
    set_password(&mut outside, Redis::PASSWORD).await;
    assert_eq!(store.load(&key(1)).await.expect("load"), None);
}

async fn set_password(outside: &mut ConnectionManager, password: &str) {
    let () = redis::cmd("CONFIG")
        .arg(&["SET", "requirepass", password])
        .query_async(outside)
        .await
        .expect("the password can be set");
}

#[tokio::test]
async fn a_server_without_memory_keeps_its_connection() {
    let server = Redis::start();
    let (network, url) = Network::of(&server.url());
    let store = store(&url);
    store.insert(&session(1)).await.expect("insert");
    let mut outside = outside(&server).await;
    let () = redis::cmd("CONFIG")
        .arg(&["SET", "maxmemory", "1"])
        .query_async(&mut outside)
        .await
        .expect("the memory can be limited");
    for n in 2..=4 {
        assert!(store.insert(&session(n)).await.is_err());
    }
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    assert_eq!(network.connections(), 1);
}

#[tokio::test]
async fn who_waited_longest_does_not_take_the_new_connection_away() {
    let server = Redis::start();
    let (network, url) = Network::of(&server.url());
    let store = Arc::new(store(&url));
    store.insert(&session(1)).await.expect("insert");

    network.silence();
    tokio::time::pause();
    let late = Arc::clone(&store);
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        late.load(&key(1)).await
    });
    assert!(store.load(&key(1)).await.is_err(), "nothing passes");
    tokio::time::resume();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    tokio::time::pause();
    assert!(late.await.expect("no panic").is_err(), "it waits still");
    tokio::time::resume();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
    assert_eq!(network.connections(), 2);
}

#[tokio::test]
async fn a_connection_without_a_time_limit_has_ours() {
    let server = Redis::start();
    let client = redis::Client::open(server.url()).expect("a URL");
    let endless = ConnectionManagerConfig::new().set_response_timeout(None);
    let manager = ConnectionManager::new_with_config(client, endless)
        .await
        .expect("connect");
    assert_hanging_is_an_error(&server, RedisStore::new(manager)).await;
}

#[tokio::test]
async fn a_server_that_stops_responding_is_an_error() {
    let server = Redis::start();
    assert_hanging_is_an_error(&server, store(&server.url())).await;
}

async fn assert_hanging_is_an_error(server: &Redis, store: RedisStore) {
    store.insert(&session(1)).await.expect("insert");
    server.pause();
    // The time limit is over as soon as there is nothing to do but wait.
    tokio::time::pause();
    let error = store.load(&key(1)).await.expect_err("it hangs");
    assert_eq!(error.to_string(), "the session store does not respond");
    tokio::time::resume();
    server.resume();
    assert_eq!(store.load(&key(1)).await.expect("load"), Some(session(1)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_only_is_an_error() {
    let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = hanging.local_addr().expect("it is bound");
    let store = store(&format!("redis://:hunter2@{address}"));
    assert!(store.load(&key(1)).await.is_err());
}

#[tokio::test]
async fn tls_needs_no_choice_of_the_application() {
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("it is bound");
    let first_byte = thread::spawn(move || {
        let (mut client, _) = server.accept().expect("a connection");
        let patience = Some(Duration::from_secs(10));
        client.set_read_timeout(patience).expect("a time");
        let mut byte = [0];
        client.read_exact(&mut byte).map(|()| byte)
    });
    let store = store(&format!("rediss://:hunter2@{address}"));
    assert!(store.load(&key(1)).await.is_err(), "it hangs up");
    let handshake = first_byte.join().expect("no panic").expect("a byte");
    assert_eq!(handshake, [0x16], "RFC 8446 §5.1");
}

#[tokio::test]
async fn scripts_that_the_server_forgot_are_loaded_again() {
    let server = Redis::start();
    let store = store(&server.url());
    store.insert(&session(1)).await.expect("insert");
    let mut outside = outside(&server).await;
    let () = redis::cmd("SCRIPT")
        .arg("FLUSH")
        .query_async(&mut outside)
        .await
        .expect("flush");
    store.insert(&session(2)).await.expect("insert");
}

#[test]
fn what_is_not_a_url_is_an_error_without_the_password() {
    for url in [
        "",
        "http://:hunter2@localhost",
        "redis://:hunter2@[::1",
        "redis://:hunter2@h:port",
    ] {
        let error = RedisStore::connect(url).expect_err(url);
        assert!(
            !format!("{error} {error:?}").contains("hunter2"),
            "{error:?}"
        );
    }
    let store = store("redis://:hunter2@localhost");
    assert!(!format!("{store:?}").contains("hunter2"));
}
