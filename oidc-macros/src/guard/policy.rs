//! `#[oidc::policy(..)] struct Name;`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, ItemStruct};

use super::expand::implement;
use super::model::Policy;
use super::{Attribute, fallback};
use crate::errors::{both, item_with_errors, misplaced};

/// Names a policy.
pub(crate) fn policy(args: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(structure) = syn::parse2(item.clone()) else {
        let message = "`#[oidc::policy]` belongs on a unit struct: `struct Reader;`";
        return item_with_errors(item.clone(), &misplaced(item, message));
    };
    match both(
        check(&structure),
        Policy::parse(Attribute::Policy, args.clone()),
    ) {
        Ok(policy) => {
            let (policy_trait, ty) = (policy.krate.exports().policy(), &structure.ident);
            let implementation = implement(&policy, &policy_trait, ty, ty);
            quote!(#structure #implementation)
        }
        Err(error) => item_with_errors(fallback::policy(args, &structure), &error),
    }
}

/// A policy is known at compile time: it has neither data nor parameters.
fn check(structure: &ItemStruct) -> syn::Result<()> {
    let name = &structure.ident;
    if !structure.generics.params.is_empty() {
        let message = format!("a policy has no type parameters; write `struct {name};`");
        return Err(syn::Error::new_spanned(&structure.generics, message));
    }
    match &structure.fields {
        Fields::Unit => Ok(()),
        fields => {
            let message = format!("a policy has no fields; write `struct {name};`");
            Err(syn::Error::new_spanned(fields, message))
        }
    }
}
