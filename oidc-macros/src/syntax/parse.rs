//! From tokens to the grammar.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{
    Ident, Lit, LitBool, LitStr, Path, PathArguments, Token, bracketed, parenthesized, token,
};

use super::{Entry, Form, Item, Key, Segment, Value};
use crate::errors::Errors;

/// Parses the whole argument of a macro.
pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Vec<Item>> {
    let mut errors = Errors::default();
    let items =
        (|input: ParseStream<'_>| Ok(separated(input, &mut errors, item))).parse2(tokens)?;
    errors.finish().map(|()| items)
}

/// Parses to the end, and continues after the next comma when an element is wrong.
fn separated<T>(
    input: ParseStream<'_>,
    errors: &mut Errors,
    element: fn(ParseStream<'_>, &mut Errors) -> syn::Result<T>,
) -> Vec<T> {
    let mut elements = Vec::new();
    while !input.is_empty() {
        match element(input, errors) {
            Ok(element) if at_end(input) => elements.push(element),
            Ok(_) => errors.push(after_item(input)),
            Err(error) => errors.push(error),
        }
        rest_of_item(input);
        // At the end of the input the comma may be missing.
        let _ = input.parse::<Token![,]>();
    }
    elements
}

fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// The error for a token in the place of a comma, by what it is likely to mean.
fn after_item(input: ParseStream<'_>) -> syn::Error {
    if input.peek(Token![==]) {
        return input.error("expected `=`; rules are written `key = value`");
    }
    if input.peek(Token![!=]) {
        return input.error("claims compare for equality; write `not(claims(name = value))`");
    }
    if input.peek(Token![<]) || input.peek(Token![>]) {
        return input.error("claims compare for equality; write a `check` for the rest");
    }
    if input.peek(Token![::]) {
        return input.error("expected `,`; a path can stand only after `=`");
    }
    if input.peek(Token![:]) {
        return input.error(
            "expected `=`; rules are written `key = value`, and names with other \
                            characters than letters, digits and `_` are quoted",
        );
    }
    if input.peek(Token![-]) || input.peek(Token![/]) {
        return input.error(
            "expected `=`, `(` or `,`; names with other characters than letters, \
                            digits and `_` are quoted: \"my-claim\"",
        );
    }
    input.error("expected `,`")
}

/// Takes everything up to the next comma.
pub(crate) fn rest_of_item(input: ParseStream<'_>) -> TokenStream {
    let mut rest = TokenStream::new();
    while !at_end(input) {
        rest.extend(input.parse::<TokenTree>());
    }
    rest
}

fn item(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Item> {
    if let Some(path) = qualified_path(input) {
        return Ok(Item::Value(Value::Path(path)));
    }
    let name = input.peek(Ident::peek_any) && !input.peek(LitBool);
    let quoted_name = input.peek(LitStr) && (input.peek2(Token![=]) || input.peek2(Token![.]));
    if name || quoted_name {
        entry(input, errors).map(Item::Entry)
    } else {
        value(input, errors).map(Item::Value)
    }
}

fn entry(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Entry> {
    let key = key(input)?;
    let form = if input.peek(Token![=]) && !input.peek(Token![==]) {
        let eq: Token![=] = input.parse()?;
        if at_end(input) {
            return Err(syn::Error::new_spanned(eq, "expected a value after `=`"));
        }
        Form::Assign(value(input, errors)?)
    } else if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        Form::List(separated(&content, errors, item))
    } else if input.peek(token::Brace) || input.peek(token::Bracket) {
        return Err(input.error("wrong delimiter; write `(..)`"));
    } else {
        Form::Alone
    };
    Ok(Entry { key, form })
}

fn key(input: ParseStream<'_>) -> syn::Result<Key> {
    let mut segments = Vec::new();
    loop {
        if input.peek(LitStr) {
            segments.push(Segment::Str(input.parse()?));
        } else if input.peek(Ident::peek_any) {
            segments.push(Segment::Ident(input.call(Ident::parse_any)?));
        } else {
            let message = "expected a name; names that are not identifiers are quoted";
            return Err(input.error(message));
        }
        if input.parse::<Option<Token![.]>>()?.is_none() {
            return Ok(Key { segments });
        }
    }
}

fn value(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Value> {
    let minus = input.peek(Token![-]) && input.peek2(Lit);
    if minus || input.peek(Lit) {
        return Ok(Value::Lit {
            minus: input.parse()?,
            lit: input.parse()?,
        });
    }
    if input.peek(token::Bracket) {
        let content;
        let bracket = bracketed!(content in input);
        return Ok(Value::List {
            bracket,
            values: separated(&content, errors, value),
        });
    }
    if input.peek(Token![,]) {
        return Err(input.error("expected a rule or a value before `,`"));
    }
    let fork = input.fork();
    if let Ok(path) = fork.parse::<Path>()
        && is_plain(&path)
        && (at_end(&fork) || fork.peek(Ident::peek_any))
    {
        return input.parse().map(Value::Path);
    }
    Ok(Value::Other(rest_of_item(input)))
}

/// `path::to::IT` and nothing else; a single name would be a key.
fn qualified_path(input: ParseStream<'_>) -> Option<Path> {
    if !(input.peek(Ident::peek_any) && input.peek2(Token![::])) {
        return None;
    }
    let fork = input.fork();
    let path = fork.parse::<Path>().ok().filter(is_plain)?;
    if !at_end(&fork) {
        return None;
    }
    input.advance_to(&fork);
    Some(path)
}

/// `f(..)` parses as a path too, because of `Fn(..)`.
fn is_plain(path: &Path) -> bool {
    path.segments
        .iter()
        .all(|segment| !matches!(segment.arguments, PathArguments::Parenthesized(_)))
}
