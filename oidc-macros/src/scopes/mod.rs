//! `scopes!`

mod args;
mod expand;
mod model;
mod unregistered;

use proc_macro2::TokenStream;

use crate::crate_path::CratePath;
use crate::errors::{Errors, item_with_errors};

use args::Args;
use model::Registry;
pub(crate) use unregistered::unregistered;

/// The macro of a registry that looks a name up.
pub(crate) const LOOK_UP: &str = "__oidc_scope";

/// Expands `$crate pub mod scope { .. }`.
pub(crate) fn scopes(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let krate = match tokens.next() {
        Some(dollar_crate) => CratePath::from_dollar_crate(dollar_crate),
        None => CratePath::default(),
    };
    let args: Args = match syn::parse2(tokens.collect()) {
        Ok(args) => args,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let registry = Registry::from_args(&args, &mut errors);
    let module = expand::module(&krate, &registry);
    match errors.finish() {
        Ok(()) => module,
        Err(error) => item_with_errors(module, &error),
    }
}
