#![doc = include_str!("../README.md")]

mod challenge;
mod client;
mod clock;
mod environment;
mod error;
mod flow;
mod http;
mod keeper;
#[cfg(feature = "middleware")]
mod middleware;
mod routes;
mod server;
mod service;
mod store;
mod text;
mod token;

#[doc(hidden)]
pub use challenge::rejects_token;
pub use client::{Client, ClientBuilder, UserInfo};
pub use clock::Clock;
pub use environment::{Environment, Way};
pub use error::{Error, Reason};
pub use flow::{CodeFlow, DeviceFlow, DevicePrompt, Flow, Prompt};
pub use http::Refusal;
pub use keeper::renewals_finished;
#[cfg(feature = "middleware")]
pub use middleware::Bearer;
pub use routes::Routes;
pub use server::Server;
pub use service::{ServiceAccount, ServiceAccountBuilder};
#[cfg(feature = "keyring")]
pub use store::KeyringStore;
pub use store::{FileStore, LockedEntry, MemoryStore, StoreError, TokenStore};
pub use token::Token;
