//! What stands in for an attribute that is wrong. The item has the type that it would have without
//! the mistake, so that its uses cause no second message, and it rejects every request.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{ItemStruct, Token};

use super::signature;
use crate::crate_path::CratePath;
use crate::errors::Errors;
use crate::handler::Handler;
use crate::syntax::{self, Item};

/// A handler behind a guard that admits no request, if it can have one.
pub(super) fn handler(args: TokenStream, mut handler: Handler) -> Handler {
    if signature::is_synchronous(&handler.sig) {
        handler.sig.asyncness = Some(Token![async](Span::call_site()));
    }
    if handler.sig.receiver().is_none()
        && let Some(krate) = crate_path(args)
    {
        let exports = krate.exports();
        let (guard, unsatisfiable) = (exports.guard(), exports.unsatisfiable());
        handler.prepend_argument(quote!(#guard<#unsatisfiable>), Span::call_site());
    }
    handler
}

/// A policy that no token satisfies, if the type can be one.
pub(super) fn policy(args: TokenStream, structure: &ItemStruct) -> TokenStream {
    let krate = crate_path(args).filter(|_| structure.generics.params.is_empty());
    let implementation = krate.map(|krate| {
        let exports = krate.exports();
        let (policy, policy_spec) = (exports.policy(), exports.policy_spec());
        let unsatisfiable = exports.unsatisfiable();
        let name = &structure.ident;
        quote! {
            impl #policy for #name {
                const SPEC: #policy_spec = <#unsatisfiable as #policy>::SPEC;
            }
        }
    });
    quote!(#structure #implementation)
}

/// Where the facade is, unless that is the mistake.
fn crate_path(args: TokenStream) -> Option<CratePath> {
    let items = syntax::parse(args).unwrap_or_default();
    let entry = items.iter().find_map(|item| match item {
        Item::Entry(entry) if entry.written() == "crate" => Some(entry),
        _ => None,
    });
    match entry {
        Some(entry) => CratePath::from_entry(entry, &mut Errors::default()),
        None => Some(CratePath::default()),
    }
}
