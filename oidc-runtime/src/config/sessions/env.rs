//! Settings from environment variables.

use std::sync::Arc;
use std::time::Duration;

use oidc_stores::{MemoryStore, SessionStore};

use super::builder::{Sessions, Userinfo};
use crate::routes::Routes;
use crate::secret::Secret;

impl Sessions {
    /// Settings from environment variables. Those that are not set, or empty, leave the default.
    /// Methods override the variables.
    ///
    /// | variable | method | format |
    /// |---|---|---|
    /// | `OIDC_SESSION_KEY` | [`key`](Self::key) | separated by spaces, newest first |
    /// | `OIDC_SESSION_STORE` | [`store`](Self::store) | `cookie`, `memory`, `sqlite:PATH`, `postgres://..`, `redis://..` |
    /// | `OIDC_SESSION_IDLE` | [`idle`](Self::idle) | seconds |
    /// | `OIDC_SESSION_LIFETIME` | [`lifetime`](Self::lifetime) | seconds |
    /// | `OIDC_SESSION_USERINFO` | [`userinfo`](Self::userinfo) | `missing`, `always`, `never` |
    /// | `OIDC_TRUSTED_ORIGIN` | [`trusted_origin`](Self::trusted_origin) | separated by spaces |
    /// | `OIDC_SESSION_STALENESS` | [`staleness`](Self::staleness) | milliseconds |
    ///
    /// ```no_run
    /// use oidc::{OidcBuilder, Sessions};
    ///
    /// const SIGN_IN: oidc::Routes = oidc::routes!(sessions);
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = OidcBuilder::from_env().sessions(Sessions::from_env(SIGN_IN)).build()?;
    /// # Ok(()) }
    /// ```
    pub fn from_env(routes: Routes) -> Self {
        Self::from_variables(routes, |name| std::env::var(name).ok())
    }

    /// Like [`from_env`](Self::from_env), with the variables that the function returns.
    pub fn from_variables(routes: Routes, variable: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| variable(name).filter(|value| !value.is_empty());
        let words = |name| -> Vec<String> {
            let text = read(name).unwrap_or_default();
            text.split_ascii_whitespace().map(str::to_owned).collect()
        };
        Self {
            keys: words("OIDC_SESSION_KEY")
                .into_iter()
                .map(Secret::new)
                .collect(),
            store: read("OIDC_SESSION_STORE").as_deref().map(store),
            idle: read("OIDC_SESSION_IDLE").as_deref().map(seconds),
            lifetime: read("OIDC_SESSION_LIFETIME").as_deref().map(seconds),
            userinfo: read("OIDC_SESSION_USERINFO").as_deref().map(userinfo),
            trusted_origins: words("OIDC_TRUSTED_ORIGIN"),
            staleness: read("OIDC_SESSION_STALENESS").as_deref().map(milliseconds),
            ..Self::new(routes)
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map(Duration::from_secs);
    seconds.map_err(|_| "must be a whole number of seconds".to_owned())
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    let milliseconds = text.parse().map(Duration::from_millis);
    milliseconds.map_err(|_| "must be a whole number of milliseconds".to_owned())
}

fn userinfo(text: &str) -> Result<Userinfo, String> {
    match text {
        "missing" => Ok(Userinfo::Missing),
        "always" => Ok(Userinfo::Always),
        "never" => Ok(Userinfo::Never),
        _ => Err("must be `missing`, `always` or `never`".to_owned()),
    }
}

/// The addresses may contain passwords, so that no error repeats them.
fn store(address: &str) -> Result<Option<Arc<dyn SessionStore>>, String> {
    let scheme = address.split(':').next().unwrap_or_default();
    match scheme {
        "cookie" if address == "cookie" => Ok(None),
        "memory" if address == "memory" => Ok(Some(Arc::new(MemoryStore::new()))),
        "sqlite" => sqlite(address.strip_prefix("sqlite:").unwrap_or_default()),
        "postgres" | "postgresql" => postgres(address),
        "redis" | "rediss" => redis(address),
        _ => Err(
            "must be `cookie`, `memory`, `sqlite:PATH`, `postgres://..` or `redis://..`".to_owned(),
        ),
    }
}

type Opened = Result<Option<Arc<dyn SessionStore>>, String>;

#[cfg(feature = "sqlite")]
fn sqlite(path: &str) -> Opened {
    match oidc_stores::SqliteStore::open(path) {
        Ok(store) => Ok(Some(Arc::new(store))),
        Err(error) => Err(format!("cannot be opened: {error}")),
    }
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str) -> Opened {
    Err(without_feature("sqlite"))
}

#[cfg(feature = "postgres")]
fn postgres(address: &str) -> Opened {
    match oidc_stores::PostgresStore::connect(address) {
        Ok(store) => Ok(Some(Arc::new(store))),
        Err(error) => Err(format!("cannot be used: {error}")),
    }
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Opened {
    Err(without_feature("postgres"))
}

#[cfg(feature = "redis")]
fn redis(address: &str) -> Opened {
    match oidc_stores::RedisStore::connect(address) {
        Ok(store) => Ok(Some(Arc::new(store))),
        Err(error) => Err(format!("cannot be used: {error}")),
    }
}

#[cfg(not(feature = "redis"))]
fn redis(_: &str) -> Opened {
    Err(without_feature("redis"))
}

#[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "redis")))]
fn without_feature(name: &str) -> String {
    format!("needs the feature `{name}` of oidc-guard")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests of the whole workspace have the features on, so this is also run without.
    #[test]
    fn stores_of_missing_features_name_them() {
        for (address, feature, is_on) in [
            ("sqlite::memory:", "sqlite", cfg!(feature = "sqlite")),
            (
                "postgres://u:secret@db/x",
                "postgres",
                cfg!(feature = "postgres"),
            ),
            (
                "postgresql://u:secret@db/x",
                "postgres",
                cfg!(feature = "postgres"),
            ),
            ("redis://:secret@db/0", "redis", cfg!(feature = "redis")),
            ("rediss://:secret@db/0", "redis", cfg!(feature = "redis")),
        ] {
            let problem = store(address).err().unwrap_or_default();
            let names_it = problem.contains(&format!("needs the feature `{feature}`"));
            assert_eq!(names_it, !is_on, "{address}: {problem}");
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
