//! The connection that all operations share.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ConnectionAddr, IntoConnectionInfo, ProtocolVersion, RedisError, RedisResult};
use rustls::crypto::{CryptoProvider, aws_lc_rs};

use crate::{StoreError, limit};

pub(super) struct Connection {
    /// `None` if the connection is the application's.
    client: Option<Client>,
    current: Mutex<Option<Arc<ConnectionManager>>>,
}

/// What a server replies to a command while it is in a state that no other connection would change.
const STATES: [&str; 7] = [
    "BUSY",
    "CLUSTERDOWN",
    "LOADING",
    "MASTERDOWN",
    "MISCONF",
    "NOREPLICAS",
    "OOM",
];

/// Whether an operation may be sent again after a connection was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It may have been carried out, and must not be carried out twice.
    IfNotSent,
    Always,
}

impl Connection {
    pub(super) fn of(manager: ConnectionManager) -> Self {
        Self {
            client: None,
            current: Mutex::new(Some(Arc::new(manager))),
        }
    }

    pub(super) fn to(url: &str) -> RedisResult<Self> {
        let info = url.into_connection_info()?;
        // With RESP3 a connection that is lost while nothing happens is replaced at once.
        let settings = info
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        Ok(Self {
            client: Some(client),
            current: Mutex::new(None),
        })
    }

    pub(super) async fn run<T, F>(
        &self,
        repeat: Repeat,
        operation: impl Fn(ConnectionManager) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let manager = self.manager().map_err(failed)?;
        let attempts = async {
            match operation((*manager).clone()).await {
                Err(error) if may_repeat(repeat, &error) => operation((*manager).clone()).await,
                result => result,
            }
        };
        match limit::until(limit::deadline(), attempts).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                if may_be_stuck(&error) {
                    self.abandon(&manager);
                }
                Err(failed(error))
            }
            Err(elapsed) => {
                self.abandon(&manager);
                Err(elapsed)
            }
        }
    }

    fn manager(&self) -> RedisResult<Arc<ConnectionManager>> {
        let mut current = self.current();
        if let (None, Some(client)) = (&*current, &self.client) {
            if matches!(
                client.get_connection_info().addr(),
                ConnectionAddr::TcpTls { .. }
            ) {
                choose_cryptography();
            }
            // Operations have a time limit of their own.
            let config = ConnectionManagerConfig::new()
                .set_response_timeout(None)
                .set_connection_timeout(Some(Duration::from_secs(2)))
                .set_number_of_retries(1);
            let manager = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
            *current = Some(Arc::new(manager));
        }
        current
            .clone()
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected).into())
    }

    /// Lets the next operation connect anew, unless one has done so since this manager failed.
    fn abandon(&self, failed: &Arc<ConnectionManager>) {
        let mut current = self.current();
        let is_current = current.as_ref().is_some_and(|it| Arc::ptr_eq(it, failed));
        if self.client.is_some() && is_current {
            *current = None;
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<ConnectionManager>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The driver leaves the choice to rustls, which panics if the features of an application's crates
/// leave it a choice. What the application has chosen stays. This comes with the first connection
/// only, so that an application that chooses when it starts comes first.
fn choose_cryptography() {
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread has chosen meanwhile.
        drop(aws_lc_rs::default_provider().install_default());
    }
}

fn may_repeat(repeat: Repeat, error: &RedisError) -> bool {
    match repeat {
        Repeat::IfNotSent => error.is_connection_refusal(),
        Repeat::Always => error.is_connection_dropped(),
    }
}

/// A manager connects again after errors of the network only: it would repeat the refusal of a
/// password for ever. (Nor does it notice a connection that is dead without a sign; that is what
/// the time limit is for.)
fn may_be_stuck(error: &RedisError) -> bool {
    !error.is_io_error() && !error.code().is_some_and(|code| STATES.contains(&code))
}

fn failed(error: RedisError) -> StoreError {
    StoreError::new("a command of Redis failed", error)
}
