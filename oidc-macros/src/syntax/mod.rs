//! The grammar that all macros share, without any meaning:
//!
//! ```text
//! items := item (`,` item)* `,`?
//! item  := value | key | key `=` value | key `(` items `)`
//! key   := segment (`.` segment)*            segment := identifier | string
//! value := literal | `-` literal | `[` values `]` | path
//! ```
//!
//! A mistake affects one item only: each item is reported on its own. After a mistake the items are
//! not interpreted, so that it is not reported twice.

mod parse;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::ext::IdentExt;
use syn::{Ident, Lit, LitStr, Path, Token, token};

use crate::errors::Errors;

pub(crate) use parse::{parse, rest_of_item};

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
    /// Anything else; the caller reports what was expected.
    Other(TokenStream),
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
        self.ident().map(|ident| ident.unraw().to_string())
    }

    /// The identifier, if it is a single one.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match self.segments.as_slice() {
            [Segment::Ident(ident)] => Some(ident),
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

    /// The items of `key(..)`, at least one; `example` is a correct `(..)`.
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

    /// The value of `key = value`; for any other form the message shows `example`.
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
                minus: None,
                lit: Lit::Str(text),
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
                minus: None,
                lit: Lit::Str(text),
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
