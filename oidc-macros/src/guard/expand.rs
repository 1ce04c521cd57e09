//! From a policy to tokens.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::model::{Access, Policy};
use crate::exports::Exports;
use crate::handler::Handler;
use crate::rules::{Rule, describe};

/// Puts the guard in front of the arguments.
///
/// ```text
/// // in
/// #[oidc::required(scopes = "read")]
/// pub async fn list(db: Db) -> Orders { .. }
/// // out
/// pub struct __oidc_policy_list;
/// impl Policy for __oidc_policy_list { const SPEC: PolicySpec = ..; }
/// pub async fn list(_: Guard<__oidc_policy_list>, db: Db) -> Orders { .. }
/// ```
///
/// With a named policy the function is all there is, which makes it fit for `impl` blocks.
pub(crate) fn handler(policy: &Policy, mut handler: Handler) -> TokenStream {
    let exports = Exports::new(&policy.krate);
    handler.append_doc(&access_line(policy));
    if let Some(ty) = named_guard(policy, &exports) {
        handler.prepend_argument(ty, Span::call_site());
        return quote!(#handler);
    }
    let Exports { guard, .. } = &exports;
    let name = handler.sig.ident.unraw();
    let ty = format_ident!("__oidc_policy_{name}", span = Span::call_site());
    let implementation = implement(policy, &ty, &name, &exports);
    let vis = handler.vis.clone();
    handler.prepend_argument(quote!(#guard<#ty>), Span::call_site());
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, unnameable_types, unreachable_pub)]
        #vis struct #ty;
        #implementation
        #handler
    }
}

/// The implementation of `Policy` for a type.
pub(crate) fn implement(
    policy: &Policy,
    ty: &Ident,
    name: &Ident,
    exports: &Exports,
) -> TokenStream {
    let Exports {
        policy: policy_trait,
        policy_spec,
        location,
        ..
    } = exports;
    let access = policy.access.expand(exports);
    let rule = expand_rules(&policy.rules, exports);
    let name = name.unraw().to_string();
    quote! {
        #[automatically_derived]
        impl #policy_trait for #ty {
            const SPEC: #policy_spec = #policy_spec::new(
                #access,
                #rule,
                #location::new(#name, ::core::file!(), ::core::line!()),
            );
        }
    }
}

impl Access {
    fn expand(
        &self,
        Exports {
            access, invalid, ..
        }: &Exports,
    ) -> TokenStream {
        match self {
            Self::Required => quote!(#access::Required),
            Self::Optional {
                reject_invalid: false,
            } => {
                quote!(#access::Optional { invalid: #invalid::Ignore })
            }
            Self::Optional {
                reject_invalid: true,
            } => {
                quote!(#access::Optional { invalid: #invalid::Reject })
            }
            Self::Public { reason } => quote!(#access::Public { reason: #reason }),
        }
    }
}

/// The guard of a handler that names its policy. All of it is spanned at the name, so that rustc
/// says there when the name is not one of a policy.
fn named_guard(policy: &Policy, exports: &Exports) -> Option<TokenStream> {
    let path = policy.named()?;
    let Exports {
        guard,
        optional,
        optional_rejecting,
        ..
    } = exports;
    let span = path.span();
    Some(match policy.access {
        Access::Optional {
            reject_invalid: false,
        } => {
            quote_spanned!(span=> #guard<#optional<#path>>)
        }
        Access::Optional {
            reject_invalid: true,
        } => {
            quote_spanned!(span=> #guard<#optional_rejecting<#path>>)
        }
        Access::Required | Access::Public { .. } => quote_spanned!(span=> #guard<#path>),
    })
}

fn expand_rules(rules: &[Rule], exports: &Exports) -> TokenStream {
    match rules {
        [only] => only.expand(exports),
        several => {
            let Exports { rule, .. } = exports;
            let several = several.iter().map(|rule| rule.expand(exports));
            quote!(#rule::All(&[#(#several),*]))
        }
    }
}

/// Who may call the handler, in the words of the policy language.
fn access_line(policy: &Policy) -> String {
    let rules = code(&describe(&policy.rules));
    let who = match (&policy.access, policy.rules.is_empty()) {
        (Access::Required, true) => "any user".to_owned(),
        (Access::Required, false) => format!("users with {rules}"),
        (Access::Public { reason }, _) => format!("everyone ({})", escape_markdown(reason)),
        (Access::Optional { .. }, true) => "everyone; the handler sees the user, if any".to_owned(),
        (Access::Optional { .. }, false) => {
            format!("everyone; the handler sees users with {rules}")
        }
    };
    let rejecting = matches!(
        policy.access,
        Access::Optional {
            reject_invalid: true
        }
    );
    let refused = if rejecting {
        "; a bad token is refused"
    } else {
        ""
    };
    format!(" **Access:** {who}{refused}.")
}

/// A code span; one backtick more than any inside would do, two are enough in practice.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn escape_markdown(text: &str) -> String {
    let escaped = |c| {
        if "\\`*_[]<>".contains(c) {
            vec!['\\', c]
        } else {
            vec![c]
        }
    };
    text.chars().flat_map(escaped).collect()
}
