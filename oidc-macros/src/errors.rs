//! Mistakes: collected, so that one compilation shows them all, and turned into tokens here only.

use std::convert::Infallible;
use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Visibility};

/// Collects the mistakes found so far.
#[must_use = "a lost error lets a wrong policy compile"]
#[derive(Default)]
pub(crate) struct Errors {
    first: Option<syn::Error>,
}

impl Errors {
    /// Records a mistake in these tokens.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Records a mistake at this place.
    pub(crate) fn at_span(&mut self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Records a mistake that a parser found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.first {
            Some(first) => first.combine(error),
            None => self.first = Some(error),
        }
    }

    /// `Ok` if there was no mistake.
    pub(crate) fn finish(self) -> syn::Result<()> {
        self.first.map_or(Ok(()), Err)
    }
}

/// The item as close to what the user meant as possible, then the errors: the uses of the item still
/// compile, so that one mistake gives one message.
pub(crate) fn item_with_errors(item: impl ToTokens, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    quote!(#item #errors)
}

/// The error for an attribute on the wrong kind of item, at the keyword of that kind.
pub(crate) fn misplaced(item: TokenStream, message: &str) -> syn::Error {
    let parser = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        Err::<Infallible, _>(input.error(message))
    };
    match parser.parse2(item) {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

/// The second result, unless one of them is an error; if both are, both are kept.
pub(crate) fn both<T>(first: syn::Result<()>, second: syn::Result<T>) -> syn::Result<T> {
    match (first, second) {
        (Ok(()), second) => second,
        (Err(first), Ok(_)) => Err(first),
        (Err(mut first), Err(second)) => {
            first.combine(second);
            Err(first)
        }
    }
}
