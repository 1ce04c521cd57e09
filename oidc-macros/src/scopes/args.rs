//! The input of `scopes!`, as written.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Token, Visibility, braced, bracketed, token};

/// `pub mod scope { .. }`
pub(super) struct Args {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) name: Ident,
    pub(super) scopes: Vec<Written>,
}

/// `WRITE = "write" implies READ`
pub(super) struct Written {
    pub(super) attrs: Vec<Attribute>,
    pub(super) constant: Ident,
    pub(super) name: LitStr,
    pub(super) implies: Vec<Ident>,
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !input.peek(Token![mod]) {
            let message = "expected a module: `pub mod scope { READ = \"read\" }`";
            return Err(input.error(message));
        }
        input.parse::<Token![mod]>()?;
        let name = input.parse()?;
        let content;
        braced!(content in input);
        let scopes = Punctuated::<_, Token![,]>::parse_terminated(&content)?;
        if !input.is_empty() {
            return Err(input.error("a registry is one module; write `oidc::scopes!` once more"));
        }
        Ok(Self {
            attrs,
            vis,
            name,
            scopes: scopes.into_iter().collect(),
        })
    }
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        const EXAMPLE: &str = "expected a scope: `READ = \"read\"`";
        let attrs = input.call(Attribute::parse_outer)?;
        if !input.peek(Ident) {
            return Err(input.error(EXAMPLE));
        }
        let constant = input.parse()?;
        if !(input.peek(Token![=]) && input.peek2(LitStr)) {
            return Err(input.error(EXAMPLE));
        }
        input.parse::<Token![=]>()?;
        Ok(Self {
            attrs,
            constant,
            name: input.parse()?,
            implies: implies(input)?,
        })
    }
}

/// Nothing, `implies READ` or `implies [READ, AUDIT]`.
fn implies(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Vec::new());
    }
    match input.parse::<Option<Ident>>()? {
        Some(keyword) if keyword == "implies" => {}
        Some(other) => return Err(syn::Error::new(other.span(), "expected `,` or `implies`")),
        None => return Err(input.error("expected `,` or `implies`")),
    }
    if input.peek(token::Bracket) {
        let content;
        bracketed!(content in input);
        let several = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
        return Ok(several.into_iter().collect());
    }
    if !input.peek(Ident) {
        return Err(input.error("expected a constant of this registry: `implies READ`"));
    }
    Ok(vec![input.parse()?])
}
