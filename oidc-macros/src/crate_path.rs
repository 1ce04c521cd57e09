//! Where the facade lives: `::oidc`, `crate = ::path`, or the `$crate` of a macro.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use crate::errors::Errors;
use crate::exports::Exports;
use crate::syntax::{Entry, render_path};

/// The path of the facade crate, if it is not `::oidc`.
#[derive(Default)]
pub(crate) struct CratePath(Option<TokenStream>);

impl CratePath {
    /// From `crate = ::path`, which has to be absolute: the expansion is placed in the user's module,
    /// where a relative path could mean anything.
    pub(crate) fn from_entry(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let path = entry.path("`crate = ::auth`", errors)?;
        if !is_absolute(path) {
            let absolute = absolute_form(path);
            errors.at(
                path,
                format!("the path must be absolute; write `crate = {absolute}`"),
            );
            return None;
        }
        Some(Self(Some(generated(path))))
    }

    /// From the `$crate` that a `macro_rules!` macro passes.
    pub(crate) fn from_dollar_crate(token: TokenTree) -> Self {
        Self(Some(token.into()))
    }

    /// This path, or the other one where none was given.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self(self.0.or_else(|| other.0.clone()))
    }

    /// What generated code names.
    pub(crate) fn exports(&self) -> Exports {
        self.exports_at(Span::call_site())
    }

    /// What generated code names, as seen from tokens of the user: rustc points there when the
    /// types do not fit.
    pub(crate) fn exports_at(&self, span: Span) -> Exports {
        let span = Span::call_site().located_at(span);
        let krate = self.0.clone();
        let krate = krate.unwrap_or_else(|| quote_spanned!(span=> ::oidc));
        Exports::new(krate, span)
    }
}

/// The path as generated code: lints that judge how the user writes paths leave it alone. A
/// `$crate` means something only with the span it came with.
fn generated(path: &Path) -> TokenStream {
    let respan = |mut token: TokenTree| {
        if token.to_string() != "$crate" {
            token.set_span(Span::call_site().located_at(token.span()));
        }
        token
    };
    path.to_token_stream().into_iter().map(respan).collect()
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
