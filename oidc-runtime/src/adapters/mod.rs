//! The adapters to the frameworks. They translate and decide nothing.

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "axum")]
mod tower;
