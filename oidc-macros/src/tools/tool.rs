//! A tool: a function with `#[tool]`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitStr, Meta, Token};

use super::block::{Member, is_called};
use crate::crate_path::CratePath;
use crate::errors::Errors;
use crate::guard::{self, Policy};
use crate::syntax::rest_of_item;

/// A tool and what its callers have to satisfy.
pub(super) struct Tool {
    pub(super) name: Name,
    pub(super) function: Ident,
    pub(super) policy: Policy,
    /// The predicates of `#[cfg(..)]`, all of which have to hold.
    pub(super) cfgs: Vec<TokenStream>,
    /// Where the rules stand.
    pub(super) rules: Span,
}

/// The name that clients call the tool by, and where it stands.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

impl Tool {
    /// Takes the rules of a tool; `None` if the function is none, or there is a mistake, which is
    /// then recorded.
    pub(super) fn take(
        member: &mut Member,
        krate: &CratePath,
        errors: &mut Errors,
    ) -> Option<Self> {
        let function = member.function.clone()?;
        let Some(attribute) = member.find("tool").cloned() else {
            for attr in member.take(&["required"]) {
                let message = "this function is no tool; add `#[tool]`, or remove the attribute";
                errors.at(attr.path(), message);
            }
            return None;
        };
        let name = name(&attribute, &function, errors);
        let decisions = member.take(&guard::Attribute::OF_HANDLERS);
        let required = decision(&decisions, &function, errors)?;
        let policy = policy(required, krate, errors);
        Some(Self {
            name: name?,
            function,
            policy: policy?,
            cfgs: cfgs(&member.attrs),
            rules: required.path().span(),
        })
    }
}

/// The arguments of the only `#[cfg(..)]` or of all of them.
pub(super) fn cfgs(attrs: &[Attribute]) -> Vec<TokenStream> {
    let predicate = |attr: &Attribute| match &attr.meta {
        Meta::List(list) if attr.path().is_ident("cfg") => Some(list.tokens.clone()),
        _ => None,
    };
    attrs.iter().filter_map(predicate).collect()
}

/// The one attribute that says who may call the tool.
fn decision<'a>(
    decisions: &'a [Attribute],
    function: &Ident,
    errors: &mut Errors,
) -> Option<&'a Attribute> {
    let (required, others): (Vec<_>, Vec<_>) = decisions
        .iter()
        .partition(|attr| is_called(attr, "required"));
    for other in &others {
        let message = "the base policy guards every request to an MCP server; \
                       write `#[oidc::required]`";
        errors.at(other.path(), message);
    }
    for second in required.iter().skip(1) {
        let message = "the tool already has `#[oidc::required]`; write all rules into one";
        errors.at(second.path(), message);
    }
    if decisions.is_empty() {
        let message = format!(
            "nothing says who may call the tool `{function}`; write `#[oidc::required]` if the \
             server's base policy is enough, or rules: `#[oidc::required(scopes = \"read\")]`"
        );
        errors.at(function, message);
    }
    required.first().copied()
}

fn policy(required: &Attribute, krate: &CratePath, errors: &mut Errors) -> Option<Policy> {
    let args = match &required.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) => {
            errors.at(
                required.path(),
                "rules stand in parentheses: `#[oidc::required(..)]`",
            );
            return None;
        }
    };
    match Policy::parse(guard::Attribute::Required, args) {
        Ok(policy) => Some(Policy {
            krate: policy.krate.or(krate),
            ..policy
        }),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

/// What `#[tool(name = "..")]` says, or the function's name.
fn name(attribute: &Attribute, function: &Ident, errors: &mut Errors) -> Option<Name> {
    if let Some(given) = given_name(attribute) {
        let Ok(text) = syn::parse2::<LitStr>(given.clone()) else {
            let message = "the name of a tool with rules is a string: `name = \"list_notes\"`";
            errors.at(given, message);
            return None;
        };
        return Some(Name {
            text: text.value(),
            span: text.span(),
        });
    }
    let text = function.unraw().to_string();
    if function != &text {
        // rmcp takes `r#` for a part of the name.
        let message = format!("say what the tool is called: `#[tool(name = \"{text}\")]`");
        errors.at(function, message);
        return None;
    }
    Some(Name {
        text,
        span: function.span(),
    })
}

/// The value of `name`; the other arguments may be anything.
fn given_name(attribute: &Attribute) -> Option<TokenStream> {
    let Meta::List(list) = &attribute.meta else {
        return None;
    };
    let name = |input: ParseStream<'_>| {
        let mut name = None;
        while !input.is_empty() {
            let is_name = input
                .fork()
                .call(Ident::parse_any)
                .is_ok_and(|key| key == "name");
            if is_name && input.peek2(Token![=]) {
                input.call(Ident::parse_any)?;
                input.parse::<Token![=]>()?;
                name = Some(rest_of_item(input));
            } else {
                rest_of_item(input);
            }
            // At the end of the input the comma may be missing.
            let _ = input.parse::<Token![,]>();
        }
        Ok(name)
    };
    name.parse2(list.tokens.to_token_stream()).ok().flatten()
}
