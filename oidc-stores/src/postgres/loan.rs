//! Connections of the pool, and their way back.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use tokio::time::Instant;

use crate::limit;

/// A connection on loan from a pool.
///
/// The pool tests what it gets back, and would wait a quarter of an hour for a network that has gone
/// silent. Meanwhile the place in the pool is taken.
pub(super) struct Loan {
    /// `None` on its way back.
    connection: Option<PoolConnection<Postgres>>,
    deadline: Instant,
}

impl Loan {
    pub(super) async fn of(pool: &PgPool, deadline: Instant) -> sqlx::Result<Self> {
        let connection = Some(pool.acquire().await?);
        Ok(Self {
            connection,
            deadline,
        })
    }
}

impl Deref for Loan {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_deref().expect("it is on loan")
    }
}

impl DerefMut for Loan {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_deref_mut().expect("it is on loan")
    }
}

impl Drop for Loan {
    /// Closes a connection that did not respond in time.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if self.deadline <= Instant::now() {
            drop(connection.detach());
        } else {
            let returned = connection.return_to_pool();
            tokio::spawn(limit::until(limit::deadline(), returned));
        }
    }
}
