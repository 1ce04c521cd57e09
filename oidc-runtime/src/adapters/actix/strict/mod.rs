//! Scopes, resources and routes that take guarded handlers only.

mod app_factory;
mod guarded;
mod joined_path;
mod listing;
mod mcp;
mod resource;
mod route;
mod scope;
mod service;

pub use app_factory::AppFactory;
pub use guarded::Actix;
pub use resource::{Resource, resource};
pub use route::{PendingRoute, Route, any, delete, get, head, patch, post, put, trace};
pub use scope::{Scope, scope};
pub use service::GuardedService;
