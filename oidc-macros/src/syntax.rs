//! The grammar that all macros share, without any meaning:
//!
//! ```text
//! items := item (`,` item)* `,`?
//! item  := value | key | key `=` value | key `(` items `)`
//! key   := segment (`.` segment)*            segment := identifier | string
//! value := literal | `-` literal | `[` values `]` | path
//! ```
//!
//! A mistake costs one item, not the rest: every item is reported on its own. Nobody looks at the
//! items when there was one, so that a mistake is not reported twice.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Lit, LitStr, Path, PathArguments, Token, bracketed, parenthesized, token};

use crate::errors::Errors;

pub(crate) enum Item {
    Entry(Entry),
    Value(Value),
}

pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) form: Form,
}

/// What follows a key.
pub(crate) enum Form {
    Alone,
    Assign(Value),
    List(Vec<Item>),
}

/// `scopes`, or a claim's path: `realm_access.roles`, `resource_access."my-api".roles`.
pub(crate) struct Key {
    segments: Vec<Segment>,
}

enum Segment {
    Ident(Ident),
    Str(LitStr),
}

pub(crate) enum Value {
    Lit {
        minus: Option<Token![-]>,
        lit: Lit,
    },
    List {
        bracket: token::Bracket,
        values: Vec<Self>,
    },
    Path(Path),
    /// Anything else; whoever knows what was expected says so.
    Other(TokenStream),
}

/// Parses the whole argument of a macro.
pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Vec<Item>> {
    let mut errors = Errors::default();
    let items =
        (|input: ParseStream<'_>| Ok(separated(input, &mut errors, parse_item))).parse2(tokens)?;
    errors.finish().map(|()| items)
}

/// A path as the user would write it.
pub(crate) fn render_path(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

/// The spans of the first and the last token of a path; stable Rust cannot join them.
pub(crate) fn ends(path: &Path) -> (Span, Span) {
    let mut spans = path.to_token_stream().into_iter().map(|token| token.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}

impl Key {
    /// The name, if it is a single identifier.
    pub(crate) fn name(&self) -> Option<String> {
        match self.segments.as_slice() {
            [Segment::Ident(ident)] => Some(ident.unraw().to_string()),
            _ => None,
        }
    }

    /// The names to descend through.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |segment: &Segment| match segment {
            Segment::Ident(ident) => ident.unraw().to_string(),
            Segment::Str(text) => text.value(),
        };
        self.segments.iter().map(name).collect()
    }
}

impl Entry {
    /// The key as the user wrote it.
    pub(crate) fn written(&self) -> String {
        self.key.to_token_stream().to_string().replace(' ', "")
    }

    /// The items of `key(..)`, at least one; `example` is the `(..)` of a right one.
    pub(crate) fn list(&self, example: &str, errors: &mut Errors) -> Option<&[Item]> {
        let key = self.written();
        match &self.form {
            Form::List(items) if !items.is_empty() => return Some(items),
            Form::List(_) => errors.at(
                &self.key,
                format!("`{key}()` is empty; write `{key}{example}`"),
            ),
            _ => errors.at(
                &self.key,
                format!("`{key}` takes a list in parentheses: `{key}{example}`"),
            ),
        }
        None
    }

    /// The value of `key = value`; `example` says what to write in any other form.
    pub(crate) fn value(&self, example: &str, errors: &mut Errors) -> Option<&Value> {
        if let Form::Assign(value) = &self.form {
            return Some(value);
        }
        errors.at(
            &self.key,
            format!("`{}` takes a value: {example}", self.written()),
        );
        None
    }

    /// The path of `key = path::to::it`.
    pub(crate) fn path(&self, example: &str, errors: &mut Errors) -> Option<&Path> {
        match self.value(example, errors)? {
            Value::Path(path) => return Some(path),
            Value::Lit {
                lit: Lit::Str(text),
                ..
            } => {
                errors.at(text, format!("expected a path, without quotes: {example}"));
            }
            other => errors.at(other, format!("expected a path: {example}")),
        }
        None
    }

    /// The string of `key = "text"`.
    pub(crate) fn string(&self, example: &str, errors: &mut Errors) -> Option<&LitStr> {
        match self.value(example, errors)? {
            Value::Lit {
                lit: Lit::Str(text),
                ..
            } => Some(text),
            other => {
                errors.at(other, format!("expected a string: {example}"));
                None
            }
        }
    }
}

impl ToTokens for Key {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Ident(ident) => ident.to_token_stream(),
            Segment::Str(text) => text.to_token_stream(),
        });
        tokens.append_all(quote!(#(#segments).*));
    }
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Lit { minus, lit } => tokens.append_all(quote!(#minus #lit)),
            Self::List { bracket, values } => {
                bracket.surround(tokens, |tokens| tokens.append_separated(values, quote!(,)));
            }
            Self::Path(path) => path.to_tokens(tokens),
            Self::Other(other) => other.to_tokens(tokens),
        }
    }
}

/// Parses to the end, and goes on after the next comma when an element is wrong.
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
        // At the end of the input there is no comma, which is as good.
        let _ = input.parse::<Token![,]>();
    }
    elements
}

fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// What the token that stands where a comma should is likely to mean.
fn after_item(input: ParseStream<'_>) -> syn::Error {
    if input.peek(Token![==]) {
        return input.error("expected `=`; rules are written `key = value`");
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
fn rest_of_item(input: ParseStream<'_>) -> TokenStream {
    let mut rest = TokenStream::new();
    while !at_end(input) {
        rest.extend(input.parse::<TokenTree>());
    }
    rest
}

fn parse_item(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Item> {
    let name = input.peek(Ident::peek_any) && !input.peek(syn::LitBool);
    let quoted_name = input.peek(LitStr) && (input.peek2(Token![=]) || input.peek2(Token![.]));
    if name || quoted_name {
        parse_entry(input, errors).map(Item::Entry)
    } else {
        parse_value(input, errors).map(Item::Value)
    }
}

fn parse_entry(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Entry> {
    let key = parse_key(input)?;
    let form = if input.peek(Token![=]) && !input.peek(Token![==]) {
        let eq: Token![=] = input.parse()?;
        if at_end(input) {
            return Err(syn::Error::new_spanned(eq, "expected a value after `=`"));
        }
        Form::Assign(parse_value(input, errors)?)
    } else if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        Form::List(separated(&content, errors, parse_item))
    } else if input.peek(token::Brace) || input.peek(token::Bracket) {
        return Err(input.error("wrong delimiter; write `(..)`"));
    } else {
        Form::Alone
    };
    Ok(Entry { key, form })
}

fn parse_key(input: ParseStream<'_>) -> syn::Result<Key> {
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

fn parse_value(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Value> {
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
            values: separated(&content, errors, parse_value),
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

/// `f(..)` parses as a path too, because of `Fn(..)`.
fn is_plain(path: &Path) -> bool {
    path.segments
        .iter()
        .all(|segment| !matches!(segment.arguments, PathArguments::Parenthesized(_)))
}
