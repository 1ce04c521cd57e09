//! `#[required]`, `#[optional]`, `#[public]` and `#[policy]`.

mod attribute;
mod expand;
mod fallback;
mod model;
mod policy;
mod signature;

use proc_macro2::TokenStream;

use crate::errors::{both, item_with_errors};

pub(crate) use attribute::Attribute;
pub(crate) use expand::{code, expand_rules, shared_policy, who};
pub(crate) use model::Policy;
pub(crate) use policy::policy;

/// Guards a handler.
pub(crate) fn handler(attribute: Attribute, args: TokenStream, item: TokenStream) -> TokenStream {
    let handler = match signature::parse(attribute, item.clone()) {
        Ok(handler) => handler,
        Err(error) => return item_with_errors(item, &error),
    };
    let signature = signature::check(attribute, &handler);
    let policy = both(signature, Policy::parse(attribute, args.clone())).and_then(|policy| {
        signature::check_place(attribute, &policy, &handler)?;
        signature::check_session(&policy, &handler)?;
        Ok(policy)
    });
    match policy {
        Ok(policy) => expand::handler(&policy, handler),
        Err(error) => item_with_errors(fallback::handler(args, handler), &error),
    }
}
