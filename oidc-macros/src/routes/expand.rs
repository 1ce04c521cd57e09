//! From endpoints to tokens.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::model::{Endpoint, Routes};
use crate::crate_path::CratePath;

/// The value that both frameworks can serve.
pub(super) fn routes(krate: &CratePath, routes: &Routes) -> TokenStream {
    let exports = krate.exports();
    let (ty, route_paths) = (exports.routes(), exports.route_paths());
    let fields = routes.endpoints.iter().map(|Endpoint { name, path }| {
        let field = format_ident!("{name}", span = Span::call_site());
        let path = path.as_ref().map_or_else(
            || quote!(::core::option::Option::None),
            |path| quote!(::core::option::Option::Some(#path)),
        );
        quote!(#field: #path)
    });
    let sessions = routes.sessions.map_or_else(
        || quote!(false),
        |flag| {
            let sessions = krate.exports_at(flag).sessions();
            quote_spanned!(Span::call_site().located_at(flag)=> #sessions!())
        },
    );
    quote!(#ty::new(#route_paths { #(#fields,)* sessions: #sessions }))
}

/// A value of the right type with the errors in front, so that nothing else is wrong with it.
pub(super) fn with_errors(krate: &CratePath, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    let routes = routes(krate, &Routes::usual(None));
    quote!({ #errors #routes })
}
