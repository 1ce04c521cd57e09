//! The adapters to the frameworks. They translate and decide nothing.

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod carried_user;
#[cfg(feature = "axum")]
mod tower;

#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use carried_user::CarriesUser;
