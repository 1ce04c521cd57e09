//! PostgreSQL and Redis for tests: real servers on random ports of 127.0.0.1, with their data in a
//! temporary directory. They end, and the directory goes, when they are dropped or when the process
//! of the test ends in whatever way.
//!
//! They are Debian's `postgresql` and `redis-server`, which `tests/run` installs. A missing program
//! is a panic, as is whatever else goes wrong: nothing is skipped.

#![allow(clippy::missing_panics_doc, reason = "documented above")]

mod postgres;
mod process;
mod redis;

pub use postgres::Postgres;
pub use redis::Redis;
