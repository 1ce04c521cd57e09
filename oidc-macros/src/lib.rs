//! The macros of `oidc-guard`; its library re-exports them.

#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod crate_path;
mod errors;
mod exports;
mod guard;
mod handler;
mod routes;
mod rules;
mod suggest;
mod syntax;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use guard::Attribute;

/// Only a request whose token satisfies the rules reaches the handler.
#[proc_macro_attribute]
pub fn required(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::handler(Attribute::Required, args.into(), item.into()).into()
}

/// Every request reaches the handler, which sees the user if there is one.
#[proc_macro_attribute]
pub fn optional(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::handler(Attribute::Optional, args.into(), item.into()).into()
}

/// Records that a route is open, and why.
#[proc_macro_attribute]
pub fn public(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::handler(Attribute::Public, args.into(), item.into()).into()
}

/// Gives rules a name.
#[proc_macro_attribute]
pub fn policy(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::policy(args.into(), item.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __routes(input: TokenStream) -> TokenStream {
    routes::routes(input.into()).into()
}
