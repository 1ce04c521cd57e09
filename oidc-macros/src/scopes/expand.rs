//! From a registry to tokens.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Ident};

use super::LOOK_UP;
use super::args::{Args, Written};
use super::model::{Registry, Scope};
use crate::crate_path::CratePath;

/// The module of constants, and the macro that finds one by its name.
///
/// ```text
/// // in
/// pub mod scope { READ = "read" }
/// // out
/// pub mod scope {
///     pub const READ: OAuthScope = OAuthScope::new("read", &[]);
///     macro_rules! __oidc_scope { ("read") => { OAuthScope::new("read", &[]) }; .. }
///     pub(crate) use __oidc_scope;
/// }
/// ```
///
/// The arms have values instead of constants because a path would be resolved where the macro is
/// called.
pub(super) fn module(krate: &CratePath, registry: &Registry<'_>) -> TokenStream {
    let exports = krate.exports();
    let (ty, unregistered_scope) = (exports.scope(), exports.unregistered_scope());
    let Args {
        attrs, vis, name, ..
    } = registry.args;
    let look_up = Ident::new(LOOK_UP, Span::call_site());
    let names: Vec<_> = registry.scopes.iter().map(Scope::name).collect();
    let values: Vec<_> = registry
        .scopes
        .iter()
        .map(|scope| scope.value(&ty))
        .collect();
    let constants = registry.scopes.iter().zip(&values).map(|(scope, value)| {
        let Written {
            attrs, constant, ..
        } = scope.written;
        let doc = scope.doc();
        quote! {
            #(#attrs)*
            #(#doc)*
            #[allow(dead_code)]
            pub const #constant: #ty = #value;
        }
    });
    quote! {
        #(#attrs)*
        #vis mod #name {
            #(#constants)*

            #[allow(unused_macros)]
            macro_rules! #look_up {
                #((#names) => { #values };)*
                ($other:tt) => { #unregistered_scope! { $other #(#names)* } };
            }
            #[allow(unused_imports, clippy::redundant_pub_crate)]
            pub(crate) use #look_up;
        }
    }
}

impl Scope<'_> {
    fn name(&self) -> String {
        self.written.name.value()
    }

    fn value(&self, ty: &TokenStream) -> TokenStream {
        let name = self.name();
        let implied_by = &self.implied_by;
        quote!(#ty::new(#name, &[#(#implied_by),*]))
    }

    /// A last paragraph of documentation.
    fn doc(&self) -> Vec<TokenStream> {
        let is_doc = |attr: &Attribute| attr.path().is_ident("doc");
        let documented = self.written.attrs.iter().any(is_doc);
        let others: Vec<_> = self
            .implied_by
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let name = self.name();
        let text = if others.is_empty() {
            format!(" **Scope:** `{name}`.")
        } else {
            format!(" **Scope:** `{name}`, implied by {}.", others.join(", "))
        };
        let blank = documented.then(|| quote!(#[doc = ""]));
        blank.into_iter().chain([quote!(#[doc = #text])]).collect()
    }
}
