//! Where the facade lives: `::oidc`, `crate = ::path`, or the `$crate` of a macro.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Path;

use crate::errors::Errors;
use crate::syntax::{Entry, render_path};

/// The path of the facade crate.
pub(crate) struct CratePath(TokenStream);

impl CratePath {
    /// From `crate = ::path`, which has to be absolute: the expansion stands in the user's module,
    /// where a relative path could mean anything.
    pub(crate) fn from_entry(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let path = entry.path("the crate, for example `crate = ::auth`", errors)?;
        if !is_absolute(path) {
            let absolute = absolute_form(path);
            errors.at(
                path,
                format!("the path must be absolute; write `crate = {absolute}`"),
            );
            return None;
        }
        Some(Self(path.to_token_stream()))
    }

    /// From the `$crate` that a `macro_rules!` macro hands on.
    pub(crate) fn from_dollar_crate(token: TokenTree) -> Self {
        Self(token.into())
    }
}

impl Default for CratePath {
    fn default() -> Self {
        Self(quote!(::oidc))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

fn is_absolute(path: &Path) -> bool {
    let starts_at_crate = path
        .segments
        .first()
        .is_some_and(|first| first.ident == "crate" || first.ident == "$crate");
    path.leading_colon.is_some() || starts_at_crate
}

fn absolute_form(path: &Path) -> String {
    let written = render_path(path);
    match written.split_once("::") {
        Some(("self" | "super", rest)) => format!("crate::{rest}"),
        None if written == "self" || written == "super" => "crate".into(),
        _ => format!("::{written}"),
    }
}
