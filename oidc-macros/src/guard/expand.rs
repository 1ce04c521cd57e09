//! From a policy to tokens.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Ident, Path};

use super::model::{AccessMode, Policy};
use crate::exports::Exports;
use crate::handler::Handler;
use crate::rules::describe;
use crate::syntax::ends;

/// Puts the guard in front of the arguments.
///
/// ```text
/// // in
/// #[oidc::required(scopes = "read")]
/// pub async fn list(db: Db) -> Orders { .. }
/// // out
/// pub struct __oidc_policy_list;
/// impl InlinePolicy for __oidc_policy_list { const SPEC: PolicySpec = ..; }
/// pub async fn list(_: Guard<Inline<__oidc_policy_list>>, db: Db) -> Orders { .. }
/// ```
///
/// With a named policy the function is all there is, which makes it fit for `impl` blocks.
pub(crate) fn handler(policy: &Policy, mut handler: Handler) -> TokenStream {
    handler.append_doc(&access_line(policy));
    if let Some(path) = policy.named() {
        handler.prepend_argument(named_guard(policy, path), Span::call_site());
        return quote!(#handler);
    }
    let exports = policy.krate.exports();
    let (guard, inline, inline_policy) =
        (exports.guard(), exports.inline(), exports.inline_policy());
    let name = handler.sig.ident.unraw();
    let ty = format_ident!("__oidc_policy_{name}", span = Span::call_site());
    let implementation = implement(policy, &inline_policy, &ty, &name);
    let vis = handler.vis.clone();
    handler.prepend_argument(quote!(#guard<#inline<#ty>>), Span::call_site());
    quote! {
        #[doc(hidden)]
        #[allow(clippy::exhaustive_structs, non_camel_case_types, unnameable_types, unreachable_pub)]
        #vis struct #ty;
        #implementation
        #handler
    }
}

/// The implementation of a trait of policies for a type.
pub(crate) fn implement(
    policy: &Policy,
    policy_trait: &TokenStream,
    ty: &Ident,
    name: &Ident,
) -> TokenStream {
    let exports = policy.krate.exports();
    let policy_spec = exports.policy_spec();
    let access = policy.access.expand(&exports);
    let rule = expand_rules(policy);
    let name = name.unraw().to_string();
    quote! {
        #[automatically_derived]
        impl #policy_trait for #ty {
            const SPEC: #policy_spec = #policy_spec::new(#access, #rule, #name);
        }
    }
}

impl AccessMode {
    fn expand(&self, exports: &Exports) -> TokenStream {
        let access = exports.access();
        match self {
            Self::Required => quote!(#access::Required),
            Self::Optional => {
                let invalid = exports.invalid();
                quote!(#access::Optional { invalid: #invalid::Ignore })
            }
            Self::OptionalRejecting => {
                let invalid = exports.invalid();
                quote!(#access::Optional { invalid: #invalid::Reject })
            }
            Self::Public { reason } => quote!(#access::Public { reason: #reason }),
        }
    }
}

/// The guard of a handler that names its policy. All of it is spanned at the name, so that rustc
/// says there when the name is not one of a policy.
fn named_guard(policy: &Policy, path: &Path) -> TokenStream {
    let (span, _) = ends(path);
    let exports = policy.krate.exports_at(span);
    let guard = exports.guard();
    let wrapper = match policy.access {
        AccessMode::Required | AccessMode::Public { .. } => {
            return quote_spanned!(span=> #guard<#path>);
        }
        AccessMode::Optional => exports.optional(),
        AccessMode::OptionalRejecting => exports.optional_rejecting(),
    };
    quote_spanned!(span=> #guard<#wrapper<#path>>)
}

fn expand_rules(policy: &Policy) -> TokenStream {
    if let [only] = policy.rules.as_slice() {
        return only.expand(&policy.krate);
    }
    let rule = policy.krate.exports().rule();
    let several = policy.rules.iter().map(|rule| rule.expand(&policy.krate));
    quote!(#rule::All(&[#(#several),*]))
}

/// Who may call the handler, in the words of the policy language.
fn access_line(policy: &Policy) -> String {
    let rules = code(&describe(&policy.rules));
    let who = match (&policy.access, policy.rules.is_empty()) {
        (AccessMode::Required, true) => "any user".to_owned(),
        (AccessMode::Required, false) => format!("users with {rules}"),
        (AccessMode::Public { reason }, _) => format!("everyone ({})", escape_markdown(reason)),
        (AccessMode::Optional | AccessMode::OptionalRejecting, true) => {
            "everyone; the handler sees the user, if any".to_owned()
        }
        (AccessMode::Optional | AccessMode::OptionalRejecting, false) => {
            format!("everyone; the handler sees users with {rules}")
        }
    };
    let rejecting = matches!(policy.access, AccessMode::OptionalRejecting);
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
