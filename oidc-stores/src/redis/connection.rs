//! The connection that all operations share.

use std::future::Future;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, IntoConnectionInfo, ProtocolVersion, RedisError, RedisResult};

use crate::{StoreError, limit};

pub(super) struct Connection {
    /// `None` if the connection is the application's.
    client: Option<Client>,
    current: Mutex<Option<ConnectionManager>>,
}

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
            current: Mutex::new(Some(manager)),
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
        let attempts = async {
            let manager = self.manager()?;
            match operation(manager.clone()).await {
                Err(error) if may_repeat(repeat, &error) => operation(manager).await,
                result => result,
            }
        };
        match limit::until(limit::deadline(), attempts).await {
            Ok(result) => {
                result.map_err(|error| StoreError::new("a command of Redis failed", error))
            }
            Err(elapsed) => {
                self.abandon();
                Err(elapsed)
            }
        }
    }

    fn manager(&self) -> RedisResult<ConnectionManager> {
        let mut current = self.current();
        if let (None, Some(client)) = (&*current, &self.client) {
            // Operations have a time limit of their own.
            let config = ConnectionManagerConfig::new()
                .set_response_timeout(None)
                .set_connection_timeout(Some(Duration::from_secs(2)))
                .set_number_of_retries(1);
            *current = Some(ConnectionManager::new_lazy_with_config(
                client.clone(),
                config,
            )?);
        }
        current
            .clone()
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected).into())
    }

    /// A connection may be dead without a sign, and the manager would not notice.
    fn abandon(&self) {
        if self.client.is_some() {
            *self.current() = None;
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<ConnectionManager>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn may_repeat(repeat: Repeat, error: &RedisError) -> bool {
    match repeat {
        Repeat::IfNotSent => error.is_connection_refusal(),
        Repeat::Always => error.is_connection_dropped(),
    }
}
