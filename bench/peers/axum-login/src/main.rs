//! `/bare` and `/guarded` on axum with axum-login, its sessions in the stores of tower-sessions.

use std::convert::Infallible;
use std::env::var;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_login::{AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend};
use tokio::net::TcpListener;
use tower_sessions::{MemoryStore, SessionManagerLayer, SessionStore};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, Pool};
use tower_sessions_sqlx_store::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous,
};
use tower_sessions_sqlx_store::sqlx::{PgPool, SqlitePool};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

#[derive(Clone, Debug)]
struct User(i64);

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.0
    }

    fn session_auth_hash(&self) -> &[u8] {
        b"hash"
    }
}

/// Knows its users without asking a database.
#[derive(Clone)]
struct Backend;

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = i64;
    type Error = Infallible;

    async fn authenticate(&self, id: i64) -> Result<Option<User>, Infallible> {
        Ok(Some(User(id)))
    }

    async fn get_user(&self, id: &i64) -> Result<Option<User>, Infallible> {
        Ok(Some(User(*id)))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let address = var("BENCH_STORE").unwrap();
    match address.split_once(':') {
        None => serve(MemoryStore::default()).await,
        Some(("sqlite", path)) => serve(sqlite(path).await).await,
        Some(("redis", _)) => serve(redis(&address).await).await,
        Some(_) => serve(postgres(&address).await).await,
    }
}

/// With the settings that oidc-guard has, too.
async fn sqlite(path: &str) -> SqliteStore {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let store = SqliteStore::new(SqlitePool::connect_with(options).await.unwrap());
    store.migrate().await.unwrap();
    store
}

async fn redis(address: &str) -> RedisStore<Pool> {
    let pool = Pool::new(Config::from_url(address).unwrap(), None, None, None, 6).unwrap();
    pool.connect();
    pool.wait_for_connect().await.unwrap();
    RedisStore::new(pool)
}

async fn postgres(address: &str) -> PostgresStore {
    let store = PostgresStore::new(PgPool::connect(address).await.unwrap());
    store.migrate().await.unwrap();
    store
}

async fn serve(store: impl SessionStore + Clone) {
    let sessions = SessionManagerLayer::new(store);
    let with_sessions = Router::new()
        .route("/guarded", get(guarded))
        .route("/login", get(login))
        .layer(AuthManagerLayerBuilder::new(Backend, sessions).build());
    let app = Router::new().route("/bare", get(bare)).merge(with_sessions);
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn bare() -> &'static str {
    "ok"
}

async fn login(mut session: AuthSession<Backend>) -> &'static str {
    session.login(&User(1)).await.unwrap();
    "ok"
}

async fn guarded(session: AuthSession<Backend>) -> Result<&'static str, StatusCode> {
    match session.user {
        Some(User(1)) => Ok("ok"),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}
