//! From the rules of tools to tokens.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::block::Block;
use super::model::{Tools, own_function};
use super::settings::Settings;
use super::tool::{self, Tool};
use crate::guard::{code, expand_rules, shared_policy, who};
use crate::rules::spec_of;
use crate::syntax::ends;

/// The block without the attributes that are read, and the function that has what they say.
///
/// ```text
/// // in
/// #[oidc::tools]
/// #[tool_router]
/// impl Notes {
///     #[tool]
///     #[oidc::required(scopes = "read")]
///     async fn list(&self) -> String { .. }
/// }
/// // out
/// #[tool_router]
/// impl Notes {
///     #[tool]
///     async fn list(&self) -> String { .. }
/// }
/// impl Notes {
///     const __oidc_policy_list: PolicySpec = PolicySpec::required(.., "list");
///     pub fn tools() -> Tools {
///         Tools::of(&[("list", const { &Self::__oidc_policy_list })])
///     }
/// }
/// use oidc::required as _;
/// ```
///
/// The constant is the type's because `Self` and the block's parameters mean something there.
pub(super) fn with_tools(block: &Block, settings: &Settings, tools: &Tools) -> TokenStream {
    let ty = settings.krate.exports().tools();
    let entries = tools.0.iter().map(entry);
    let constants = tools.0.iter().filter_map(constant);
    let constants = quote!(#(#constants)*);
    let rows = tools.0.iter().map(row);
    let rows = quote! {
        #[doc = ""]
        #[doc = " | tool | access |"]
        #[doc = " |---|---|"]
        #(#rows)*
    };
    let body = quote!(#ty::of(&[#(#entries),*]));
    let function = function(settings, &rows, &body);
    let beside = beside(block, &quote!(#constants #function));
    let uses = uses(block, tools);
    quote!(#block #beside #uses)
}

/// After a mistake: no tool may be called, and uses of the function still compile.
pub(super) fn without_tools(block: &Block, settings: &Settings) -> TokenStream {
    let ty = settings.krate.exports().tools();
    let is_possible = block.empty.trait_.is_none() && own_function(block, settings).is_none();
    let beside = is_possible.then(|| {
        let function = function(settings, &TokenStream::new(), &quote!(#ty::new()));
        beside(block, &function)
    });
    quote!(#block #beside)
}

/// The attributes of the tools, which are gone from there: rustc checks that they exist, and that
/// imports of them are needed.
fn uses(block: &Block, tools: &Tools) -> TokenStream {
    let of_block = tool::cfgs(&block.empty.attrs);
    let mut seen = HashSet::new();
    let uses = tools.0.iter().map(|tool| {
        let Tool {
            attribute, cfgs, ..
        } = tool;
        quote! {
            #(#[cfg(#of_block)])*
            #(#[cfg(#cfgs)])*
            #[allow(unused_imports)]
            use #attribute as _;
        }
    });
    uses.filter(|item| seen.insert(item.to_string())).collect()
}

/// A second block for the type.
fn beside(block: &Block, members: &TokenStream) -> TokenStream {
    let cfgs = tool::cfgs(&block.empty.attrs);
    let (generics, _, condition) = block.empty.generics.split_for_impl();
    let server = &block.empty.self_ty;
    quote! {
        #(#[cfg(#cfgs)])*
        #[allow(
            clippy::elidable_lifetime_names,
            clippy::multiple_inherent_impl,
            clippy::needless_lifetimes,
            single_use_lifetimes,
            unreachable_pub,
        )]
        impl #generics #server #condition {
            #members
        }
    }
}

/// `pub` is as visible as the type. If nobody calls the function, no rule holds: rustc warns about
/// that, unless the name comes from a macro alone.
fn function(settings: &Settings, rows: &TokenStream, body: &TokenStream) -> TokenStream {
    let ty = settings.krate.exports().tools();
    let name = &settings.function;
    let function = quote_spanned!(name.span()=> pub fn #name() -> #ty { #body });
    quote! {
        /// The tools of this server, and what each needs in addition to the server's base policy.
        #rows
        #[must_use]
        #function
    }
}

/// A tool's line in the documentation of the function. In a table, a bar is escaped in code as well.
fn row(tool: &Tool) -> TokenStream {
    let name = code(&tool.name.text.escape_debug().to_string()).replace('|', "\\|");
    let who = who(&tool.policy).replace('|', "\\|");
    let row = format!(" | {name} | {who} |");
    match tool.cfgs.as_slice() {
        [] => quote!(#[doc = #row]),
        // Each is a list, because it may end with a comma.
        cfgs => quote!(#[cfg_attr(all(#(all(#cfgs)),*), doc = #row)]),
    }
}

/// A tool's name and its policy.
fn entry(tool: &Tool) -> TokenStream {
    let Tool {
        name, policy, cfgs, ..
    } = tool;
    let name = &name.text;
    let spec = if let Some((ty, span)) = shared_policy(policy) {
        spec_of(&ty, span, &policy.krate)
    } else {
        let constant = constant_name(tool);
        quote!(const { &Self::#constant })
    };
    quote!(#(#[cfg(#cfgs)])* (#name, #spec))
}

/// The policy of a tool that no type has. Its source location is that of the tool's attribute: the
/// call is the user's own there.
fn constant(tool: &Tool) -> Option<TokenStream> {
    let policy = &tool.policy;
    if shared_policy(policy).is_some() {
        return None;
    }
    let (cfgs, name) = (&tool.cfgs, &tool.name.text);
    let constant = constant_name(tool);
    let policy_spec = policy.krate.exports().policy_spec();
    let rule = expand_rules(policy);
    let (span, _) = ends(&tool.attribute);
    let at_rules = |tokens| {
        let mut group = Group::new(Delimiter::Parenthesis, tokens);
        group.set_span(span);
        group
    };
    let constructor = at_rules(quote!(#policy_spec::required));
    let arguments = at_rules(quote!(#rule, #name));
    Some(quote! {
        #(#[cfg(#cfgs)])*
        #[allow(dead_code, non_upper_case_globals)]
        #[doc(hidden)]
        const #constant: #policy_spec = #constructor #arguments;
    })
}

fn constant_name(tool: &Tool) -> Ident {
    let function = tool.function.unraw();
    format_ident!("__oidc_policy_{function}", span = Span::call_site())
}
