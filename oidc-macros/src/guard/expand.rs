//! From a policy to tokens.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;

use super::model::{AccessMode, Policy};
use crate::exports::Exports;
use crate::handler::Handler;
use crate::rules::{Rule, describe};
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
/// use __oidc_policy_list as __in_an_impl_name_the_rules_of_list_with_oidc_policy;
/// pub async fn list(
///     _: Guard<Inline<__in_an_impl_name_the_rules_of_list_with_oidc_policy>>,
///     db: Db,
/// ) -> Orders { .. }
/// ```
///
/// With a named policy, or without rules, the expansion is the function alone, which works in `impl`
/// blocks. There rustc rejects the other items and does not find the second name, so that its error
/// contains the remedy. Everywhere else it prints the first one.
pub(crate) fn handler(policy: &Policy, mut handler: Handler) -> TokenStream {
    handler.append_doc(&access_line(policy));
    if let Some(guard) = shared_guard(policy) {
        handler.prepend_argument(guard, Span::call_site());
        return quote!(#handler);
    }
    let exports = policy.krate.exports();
    let (guard, inline, inline_policy) =
        (exports.guard(), exports.inline(), exports.inline_policy());
    let name = handler.sig.ident.unraw();
    let ty = format_ident!("__oidc_policy_{name}", span = Span::call_site());
    let alias = format_ident!(
        "__in_an_impl_name_the_rules_of_{name}_with_oidc_policy",
        span = Span::call_site()
    );
    let implementation = implement(policy, &inline_policy, &ty, &name);
    let vis = handler.vis.clone();
    handler.prepend_argument(quote!(#guard<#inline<#alias>>), Span::call_site());
    quote! {
        #[doc(hidden)]
        #[allow(clippy::exhaustive_structs, non_camel_case_types, unnameable_types, unreachable_pub)]
        #vis struct #ty;
        #implementation
        #[allow(unused_imports)]
        use #ty as #alias;
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
    let rule = expand_rules(policy);
    let name = name.unraw().to_string();
    let spec = if matches!(policy.access, AccessMode::Required) {
        quote!(#policy_spec::required(#rule, #name))
    } else {
        let access = policy.access.expand(&exports);
        quote!(#policy_spec::new(#access, #rule, #name))
    };
    quote! {
        #[automatically_derived]
        impl #policy_trait for #ty {
            const SPEC: #policy_spec = #spec;
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

/// Whether the expansion needs items of its own beside the handler.
pub(super) fn is_inline(policy: &Policy) -> bool {
    shared_guard(policy).is_none()
}

/// The guard of a handler whose policy has no rules of its own.
fn shared_guard(policy: &Policy) -> Option<TokenStream> {
    shared_policy(policy).map(|(ty, span)| guard_by(policy, &ty, span))
}

/// The type that has the policy already, if there are no rules beside it, and where it is named.
pub(crate) fn shared_policy(policy: &Policy) -> Option<(TokenStream, Span)> {
    let public = matches!(policy.access, AccessMode::Public { .. });
    match policy.rules.as_slice() {
        [Rule::Policy(path)] => {
            // All of it is spanned at the name, so that rustc points there when the name is not
            // that of a policy.
            let (span, _) = ends(path);
            Some((path.to_token_stream(), span))
        }
        [] if !public => {
            let authenticated = policy.krate.exports().authenticated();
            Some((authenticated, Span::call_site()))
        }
        _ => None,
    }
}

/// The guard that applies a policy type as the attribute says.
fn guard_by(policy: &Policy, ty: &TokenStream, span: Span) -> TokenStream {
    let exports = policy.krate.exports_at(span);
    let guard = exports.guard();
    let wrapper = match policy.access {
        AccessMode::Required | AccessMode::Public { .. } => {
            return quote_spanned!(span=> #guard<#ty>);
        }
        AccessMode::Optional => exports.optional(),
        AccessMode::OptionalRejecting => exports.optional_rejecting(),
    };
    quote_spanned!(span=> #guard<#wrapper<#ty>>)
}

/// The policy's rules as one.
pub(crate) fn expand_rules(policy: &Policy) -> TokenStream {
    let rule = policy.krate.exports().rule();
    let rules = policy.rules.iter().map(|rule| rule.expand(&policy.krate));
    match policy.rules.len() {
        0 => quote!(#rule::any_user()),
        1 => quote!(#(#rules)*),
        _ => quote!(#rule::All(&[#(#rules),*])),
    }
}

/// Who may call the handler, as a line of documentation.
fn access_line(policy: &Policy) -> String {
    let rejecting = matches!(policy.access, AccessMode::OptionalRejecting);
    let rejected = if rejecting {
        "; an invalid token is rejected"
    } else {
        ""
    };
    format!(" **Access:** {}{rejected}.", who(policy))
}

/// Who is admitted, in the words of the policy language.
pub(crate) fn who(policy: &Policy) -> String {
    let rules = code(&describe(&policy.rules));
    match (&policy.access, policy.rules.is_empty()) {
        (AccessMode::Required, true) => "any user".to_owned(),
        (AccessMode::Required, false) => format!("users with {rules}"),
        (AccessMode::Public { reason }, _) => format!("everyone ({})", escape_markdown(reason)),
        (AccessMode::Optional | AccessMode::OptionalRejecting, true) => {
            "everyone; the handler sees the user, if any".to_owned()
        }
        (AccessMode::Optional | AccessMode::OptionalRejecting, false) => {
            format!("everyone; the handler sees users with {rules}")
        }
    }
}

/// A code span; one backtick more than any inside would do, two are enough in practice.
pub(crate) fn code(text: &str) -> String {
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
