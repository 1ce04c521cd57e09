//! Guards servers of the Model Context Protocol (MCP): rules per tool, decided by the body of the
//! request, and what the protocol demands of a protected server.
//!
//! | file | what |
//! |---|---|
//! | `guard` | the steps of a request, from its head to its body |
//! | `layer` | the guard as applications make it |
//! | `tools` | the tools and their rules |
//! | `message`, `object` | what a body asks for |
//! | `agreement` | whether header fields repeat the body truly |
//! | `origin` | which web pages may call |
//! | `session` | the ids of protocol sessions, bound to their user |
//! | `refusal` | the responses to rejected requests |

mod agreement;
mod guard;
mod layer;
mod message;
mod object;
mod origin;
mod refusal;
mod session;
mod tools;

#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use guard::{Entry, McpGuard, Passage};
pub use layer::McpLayer;
pub(crate) use origin::CorsFields;
pub(crate) use refusal::MAX_BODY_BYTES;
pub(crate) use session::FIELD as SESSION_FIELD;
pub use tools::{NoTools, Tools};
