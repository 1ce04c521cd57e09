//! Where the sessions are stored.

use servers::{Postgres, Redis};
use tempfile::TempDir;

/// A server or a directory; it ends with this value.
pub(crate) enum Database {
    Cookie,
    Memory,
    Sqlite(TempDir),
    Redis(Redis),
    Postgres(Postgres),
}

impl Database {
    pub(crate) fn start(store: &str) -> Self {
        match store {
            "cookie" => Self::Cookie,
            "memory" => Self::Memory,
            "sqlite" => Self::Sqlite(tempfile::tempdir().expect("a temporary directory")),
            "redis" => Self::Redis(Redis::start()),
            "postgres" => Self::Postgres(Postgres::start()),
            other => panic!("there is no store {other}"),
        }
    }

    /// An empty database, as `OIDC_SESSION_STORE` has it.
    pub(crate) fn address(&self, whose: &str) -> String {
        match self {
            Self::Cookie => "cookie".into(),
            Self::Memory => "memory".into(),
            Self::Sqlite(directory) => {
                format!("sqlite:{}/{whose}.db", directory.path().display())
            }
            Self::Redis(redis) => redis.url(),
            Self::Postgres(postgres) => postgres.database(),
        }
    }

    /// Whether a session counts in other processes than the one that it began in.
    pub(crate) fn is_shared(&self) -> bool {
        !matches!(self, Self::Memory)
    }

    /// Whether there is something to read outside of the process.
    pub(crate) fn is_outside(&self) -> bool {
        !matches!(self, Self::Cookie | Self::Memory)
    }
}
