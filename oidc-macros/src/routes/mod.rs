//! `routes!`

mod expand;
mod model;
mod path;

use proc_macro2::TokenStream;

use crate::crate_path::CratePath;

use model::Routes;

/// Expands `$crate key = value, ..`.
pub(crate) fn routes(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let krate = match tokens.next() {
        Some(dollar_crate) => CratePath::from_dollar_crate(dollar_crate),
        None => CratePath::default(),
    };
    match Routes::parse(tokens.collect()) {
        Ok(routes) => expand::routes(&krate, &routes),
        Err(error) => expand::with_errors(&krate, &error),
    }
}
