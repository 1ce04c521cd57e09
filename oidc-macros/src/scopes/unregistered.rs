//! The error for a scope that is not in the registry.

use proc_macro2::TokenStream;
use syn::LitStr;
use syn::parse::{ParseStream, Parser};

use crate::suggest::{closest, enumerate};

/// Expands `"unknown" "known" "known"` to the error, at the first.
pub(crate) fn unregistered(input: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let unknown: LitStr = input.parse()?;
        let mut known = Vec::new();
        while !input.is_empty() {
            known.push(input.parse::<LitStr>()?.value());
        }
        Err::<TokenStream, _>(syn::Error::new(
            unknown.span(),
            message(&unknown.value(), &known),
        ))
    };
    parser
        .parse2(input)
        .unwrap_or_else(|error| error.to_compile_error())
}

fn message(unknown: &str, known: &[String]) -> String {
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    match closest(unknown, &known) {
        Some(near) => format!("scope `{unknown}` is not registered; did you mean `{near}`?"),
        None => format!(
            "scope `{unknown}` is not registered; the registry has {}",
            enumerate(&known)
        ),
    }
}
