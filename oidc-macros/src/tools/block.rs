//! An `impl` block, of which only the heads are parsed.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseBuffer, ParseStream, Parser};
use syn::{Attribute, Ident, ImplItem, ItemImpl, Signature, Visibility};

use crate::errors::misplaced;
use crate::handler::is_block;

/// A block whose tokens stay as they came, apart from attributes that are taken.
pub(super) struct Block {
    /// The block without anything in it.
    pub(super) empty: ItemImpl,
    pub(super) members: Vec<Member>,
    head: TokenStream,
    inner_attrs: TokenStream,
    body: Group,
}

/// What stands in the block.
pub(super) struct Member {
    pub(super) attrs: Vec<Attribute>,
    /// The name, if it is a function.
    pub(super) function: Option<Ident>,
    rest: TokenStream,
}

impl Block {
    /// Reads a block that is no implementation of a trait.
    pub(super) fn from_item(item: TokenStream) -> syn::Result<Self> {
        const PLACE: &str = "`#[oidc::tools]` belongs on the `impl` block of the tools";
        let mut head: Vec<TokenTree> = item.clone().into_iter().collect();
        let Some(TokenTree::Group(body)) = head.pop_if(is_block) else {
            return Err(misplaced(item, PLACE));
        };
        let head: TokenStream = head.into_iter().collect();
        let braces = TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()));
        let empty = head.clone().into_iter().chain([braces]).collect();
        let Ok(empty) = syn::parse2(empty) else {
            return Err(misplaced(item, PLACE));
        };
        let (inner_attrs, members) = members.parse2(body.stream())?;
        Ok(Self {
            empty,
            members,
            head,
            inner_attrs,
            body,
        })
    }
}

impl Member {
    /// Takes the attributes of these names away, wherever they are imported from.
    pub(super) fn take(&mut self, names: &[&str]) -> Vec<Attribute> {
        self.attrs
            .extract_if(.., |attr| names.iter().any(|name| is_called(attr, name)))
            .collect()
    }

    /// The first attribute of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Attribute> {
        self.attrs.iter().find(|attr| is_called(attr, name))
    }
}

/// Whether this is the last segment of the attribute's path.
pub(super) fn is_called(attr: &Attribute, name: &str) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|segment| segment.ident == name)
}

fn members(input: ParseStream<'_>) -> syn::Result<(TokenStream, Vec<Member>)> {
    let start = input.fork();
    input.call(Attribute::parse_inner)?;
    let inner_attrs = between(&start, input);
    let mut members = Vec::new();
    while !input.is_empty() {
        members.push(input.parse()?);
    }
    Ok((inner_attrs, members))
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let start = input.fork();
        let function = function(input)?;
        if function.is_none() {
            input.parse::<ImplItem>()?;
        }
        Ok(Self {
            attrs,
            function,
            rest: between(&start, input),
        })
    }
}

/// Goes past a function, if there is one here.
fn function(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let fork = input.fork();
    fork.parse::<Visibility>()?;
    let Ok(sig) = fork.parse::<Signature>() else {
        return Ok(None);
    };
    fork.parse::<TokenTree>()?;
    input.advance_to(&fork);
    Ok(Some(sig.ident))
}

/// The tokens from one place to a later one.
fn between(start: &ParseBuffer<'_>, end: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while start.cursor() != end.cursor()
        && let Ok(token) = start.parse::<TokenTree>()
    {
        tokens.append(token);
    }
    tokens
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let mut content = self.inner_attrs.clone();
        content.append_all(&self.members);
        let mut body = Group::new(Delimiter::Brace, content);
        body.set_span(self.body.span());
        self.head.to_tokens(tokens);
        tokens.append(body);
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.rest.to_tokens(tokens);
    }
}
