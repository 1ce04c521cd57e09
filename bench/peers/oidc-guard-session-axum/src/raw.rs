//! A read of the store and nothing else, to compare what reads it for each request.

use std::env::var;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc::stores::{AppId, PostgresStore, RedisStore, SessionKey, SessionStore, SqliteStore};

/// The store of the sessions, opened once more; `None` if they are in cookies or in memory.
pub type Store = Option<Arc<dyn SessionStore>>;

pub fn open() -> Store {
    let address = var("OIDC_SESSION_STORE").unwrap();
    let (scheme, path) = address.split_once(':')?;
    Some(match scheme {
        "sqlite" => Arc::new(SqliteStore::open(path).unwrap()),
        "redis" => Arc::new(RedisStore::connect(&address).unwrap()),
        "postgres" => Arc::new(PostgresStore::connect(&address).unwrap()),
        other => panic!("no store is called {other}"),
    })
}

/// Whether there is a session under this key, the application and then the session.
pub async fn exists(store: &Store, key: &str) -> bool {
    let Some(store) = store else { return false };
    let bytes = URL_SAFE_NO_PAD.decode(key).unwrap();
    let (app, hash) = bytes.split_first_chunk().unwrap();
    let key = SessionKey {
        app: AppId(*app),
        hash: hash.try_into().unwrap(),
    };
    store.load(&key).await.unwrap().is_some()
}
