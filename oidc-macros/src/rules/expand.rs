//! Rules as constants of the runtime's types.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, Path};

use super::{Rule, Scalar, Scope, Via};
use crate::crate_path::CratePath;
use crate::scopes::LOOK_UP;
use crate::syntax::{ends, render_path};

impl Rule {
    /// The constant expression of the rule.
    pub(crate) fn expand(&self, krate: &CratePath) -> TokenStream {
        let rule = krate.exports().rule();
        match self {
            Self::All(rules) => {
                let rules = rules.iter().map(|rule| rule.expand(krate));
                quote!(#rule::All(&[#(#rules),*]))
            }
            Self::Any(rules) => {
                let rules = rules.iter().map(|rule| rule.expand(krate));
                quote!(#rule::Any(&[#(#rules),*]))
            }
            Self::Not(negated) => {
                let negated = negated.expand(krate);
                quote!(#rule::Not(&#negated))
            }
            // A constant may be of another type, which rustc says of an element in fewer words.
            Self::Scopes(scopes) => match scopes.as_slice() {
                [only @ (Scope::Name(_) | Scope::Registered(..))] => {
                    let only = only.expand(krate);
                    quote!(#rule::scope(#only))
                }
                scopes => {
                    let scopes = scopes.iter().map(|scope| scope.expand(krate));
                    quote!(#rule::scopes(&[#(#scopes),*]))
                }
            },
            Self::Claim { path, any_of } => {
                let any_of = any_of.iter().map(|value| value.expand(krate));
                quote!(#rule::Claim { path: &[#(#path),*], any_of: &[#(#any_of),*] })
            }
            Self::Roles(roles) => quote!(#rule::Roles(&[#(#roles),*])),
            Self::Acr(values) => quote!(#rule::Acr(&[#(#values),*])),
            Self::MaxAge(seconds) => quote!(#rule::MaxAge(#seconds)),
            Self::Via(way) => {
                let via = krate.exports().via();
                match way {
                    Via::Bearer => quote!(#rule::Via(#via::Bearer)),
                    Via::Session => quote!(#rule::Via(#via::Session)),
                }
            }
            Self::Issuer(names) => quote!(#rule::Issuer(&[#(#names),*])),
            Self::Check(path) => expand_check(path, krate),
            Self::Policy(path) => expand_policy(path, krate),
        }
    }
}

impl Scope {
    fn expand(&self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Name(name) => {
                let scope = krate.exports().scope();
                let name = name.value();
                quote!(#scope::plain(#name))
            }
            Self::Registered(registry, name) => {
                let (_, end) = ends(registry);
                let look_up = Ident::new(LOOK_UP, Span::call_site().located_at(end));
                quote!(#registry::#look_up!(#name))
            }
            Self::Constant(path) => path.to_token_stream(),
        }
    }
}

impl Scalar {
    fn expand(&self, krate: &CratePath) -> TokenStream {
        let scalar = krate.exports().scalar();
        match self {
            Self::Str(text) => quote!(#scalar::Str(#text)),
            Self::Int(number) => quote!(#scalar::Int(#number)),
            Self::Bool(flag) => quote!(#scalar::Bool(#flag)),
        }
    }
}

/// An inline `const` makes the reference `'static`, whatever `CheckFn` is. The expression begins and
/// ends with the user's path, so that rustc points there when the function is not one that checks.
fn expand_check(path: &Path, krate: &CratePath) -> TokenStream {
    let (start, end) = ends(path);
    let exports = krate.exports_at(start);
    let (rule, check_fn) = (exports.rule(), exports.check_fn());
    let name = render_path(path);
    let mut function = Group::new(Delimiter::Parenthesis, path.to_token_stream());
    function.set_span(end);
    let check = quote_spanned!(start=> const { &#check_fn::new #function });
    quote!(#rule::Check { name: #name, module: ::core::module_path!(), check: #check })
}

fn expand_policy(path: &Path, krate: &CratePath) -> TokenStream {
    let (span, _) = ends(path);
    let rule = krate.exports_at(span).rule();
    let name = render_path(path);
    let spec = spec_of(path, span, krate);
    quote!(#rule::Policy { name: #name, spec: #spec })
}

/// A reference to the policy of a type, which is named here.
pub(crate) fn spec_of(ty: &impl ToTokens, span: Span, krate: &CratePath) -> TokenStream {
    let policy = krate.exports_at(span).policy();
    quote_spanned!(span=> const { &<#ty as #policy>::SPEC })
}
