//! A handler function, of which only the head is parsed.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Pat, PatType, PatWild, Signature, Token, Type, Visibility};

/// A function whose body stays as it came, so that a body that is being typed disturbs nothing.
pub(crate) struct Handler {
    pub(crate) attrs: Vec<Attribute>,
    /// Documentation after the user's own.
    doc: TokenStream,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    body: TokenStream,
}

impl Handler {
    /// Reads a function. Its body goes around the parser, which would copy each of its tokens.
    pub(crate) fn from_item(item: TokenStream) -> syn::Result<Self> {
        let mut head: Vec<TokenTree> = item.into_iter().collect();
        let body = head.pop_if(is_block);
        let mut handler: Self = syn::parse2(head.into_iter().collect())?;
        handler.body.extend(body);
        Ok(handler)
    }

    /// Puts `_: ty` in front of the arguments. The pattern is `_` because a name would be recorded
    /// by `tracing::instrument` and documented by `utoipa::path`.
    pub(crate) fn prepend_argument(&mut self, ty: TokenStream, span: Span) {
        let argument = PatType {
            attrs: Vec::new(),
            pat: Box::new(Pat::Wild(PatWild {
                attrs: Vec::new(),
                underscore_token: Token![_](span),
            })),
            colon_token: Token![:](span),
            ty: Box::new(Type::Verbatim(ty)),
        };
        self.sig.inputs.insert(0, FnArg::Typed(argument));
    }

    /// Whether the signature shows that the function belongs to an `impl` block or a trait. Only there
    /// is `Self` a type.
    pub(crate) fn is_associated(&self) -> bool {
        mentions_self(self.sig.to_token_stream())
    }

    /// Adds a last paragraph to the documentation.
    pub(crate) fn append_doc(&mut self, text: &str) {
        let is_documented = self.attrs.iter().any(|attr| attr.path().is_ident("doc"));
        let blank = is_documented.then(|| quote!(#[doc = ""]));
        self.doc = quote!(#blank #[doc = #text]);
    }
}

impl Parse for Handler {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            doc: TokenStream::new(),
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

fn mentions_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "Self",
        TokenTree::Group(group) => mentions_self(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether the token is a `{ .. }`.
pub(crate) fn is_block(token: &mut TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            doc,
            vis,
            sig,
            body,
        } = self;
        tokens.append_all(quote!(#(#attrs)* #doc #vis #sig #body));
    }
}
