//! The access matrix, its lock file, and the OpenAPI document made from it, on both frameworks.

mod apps;
mod checks;
mod client;
mod handlers;
mod layers;
mod lock;
mod matrix;
mod openapi;
mod openapi_issuers;
mod requests;
