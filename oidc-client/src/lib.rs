//! Signs people in to applications that have the sign-in endpoints of oidc-guard or py-oidc-auth, from
//! programs in a terminal, and keeps their tokens fresh.

mod client;
mod clock;
mod environment;
mod error;
mod flow;
mod http;
mod keeper;
mod routes;
mod server;
mod store;
mod text;
mod token;

pub use client::{Client, ClientBuilder, UserInfo};
pub use clock::Clock;
pub use environment::{Environment, Way};
pub use error::{Error, Reason};
pub use flow::{CodeFlow, DeviceFlow, DevicePrompt, Flow, Prompt};
pub use http::Refusal;
pub use routes::Routes;
pub use server::Server;
#[cfg(feature = "keyring")]
pub use store::KeyringStore;
pub use store::{FileStore, LockedEntry, MemoryStore, StoreError, TokenStore};
pub use token::Token;
