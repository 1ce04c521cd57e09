//! Guards servers of the Model Context Protocol (MCP): rules per tool, decided by the body of the
//! request, and what the protocol demands of a protected server.
//!
//! | file | what |
//! |---|---|
//! | `guard` | the steps of a request, from its head to its body |
//! | `layer` | the guard as applications make it |
//! | `tools` | the tools and their rules |
//! | `body` | which requests may have a body, and which |
//! | `message`, `object` | what a body asks for |
//! | `agreement` | whether header fields repeat the body truly |
//! | `origin` | which web pages may call |
//! | `session` | the ids of protocol sessions, bound to their user |
//! | `refusal` | the responses to rejected requests |

mod agreement;
mod body;
mod guard;
mod layer;
mod message;
mod object;
mod origin;
mod refusal;
mod session;
mod tools;

pub(crate) use body::{BodyUse, MAX_BODY_BYTES};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use guard::{Entry, McpGuard, Passage};
pub use layer::McpLayer;
pub(crate) use origin::{CorsFields, varies_by_origin};
pub(crate) use refusal::McpRefusal;
pub(crate) use session::FIELD as SESSION_FIELD;
pub use tools::{NoTools, Tools};
