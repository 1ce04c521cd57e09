//! What a guarded handler may look like.

use proc_macro2::{Span, TokenStream};
use syn::{
    FnArg, GenericArgument, PathArguments, PathSegment, ReturnType, Signature, Type, TypeParamBound,
};

use super::model::Policy;
use super::{Attribute, expand};
use crate::errors::{Errors, misplaced};
use crate::handler::Handler;
use crate::rules::Rule;

/// axum and actix-web both take handlers of up to 16 arguments, and the guard is one.
const MAX_OWN_ARGUMENTS: usize = 15;

/// The extractors that stand for a user; they reject a request without one.
const USERS: [&str; 4] = ["Principal", "IdToken", "Claims", "BearerToken"];

/// What handlers return, and what is not a future: the frameworks' types and traits, and those of
/// the standard library that they turn into a response.
const RESPONSES: [&str; 14] = [
    "Bytes",
    "Cow",
    "Html",
    "HttpResponse",
    "IntoResponse",
    "Json",
    "Option",
    "Redirect",
    "Responder",
    "Response",
    "Result",
    "StatusCode",
    "String",
    "Vec",
];

/// Reads the item as a function.
pub(crate) fn parse(attribute: Attribute, item: TokenStream) -> syn::Result<Handler> {
    Handler::from_item(item.clone()).map_err(|_| {
        misplaced(
            item,
            &format!("`{attribute}` belongs on a handler function"),
        )
    })
}

/// Checks what does not depend on the arguments of the attribute.
pub(crate) fn check(attribute: Attribute, handler: &Handler) -> syn::Result<()> {
    let mut errors = Errors::default();
    check_other_attributes(attribute, handler, &mut errors);
    if is_synchronous(&handler.sig) {
        errors.at(handler.sig.fn_token, "a handler is an `async fn`");
    }
    for argument in &handler.sig.inputs {
        match argument {
            FnArg::Receiver(receiver) => errors.at(receiver, no_receiver(attribute)),
            FnArg::Typed(argument) => check_user(attribute, &argument.ty, &mut errors),
        }
    }
    if let Some(argument) = handler.sig.inputs.iter().nth(MAX_OWN_ARGUMENTS) {
        let message = format!(
            "too many arguments: `{attribute}` adds one and handlers take at most 16; \
             group extractors as `(a, b): (A, B)`"
        );
        errors.at(argument, message);
    }
    errors.finish()
}

/// Checks that the items of an inline policy can stand beside the handler. Where the signature does
/// not show it, rustc reports each of them.
pub(super) fn check_place(
    attribute: Attribute,
    policy: &Policy,
    handler: &Handler,
) -> syn::Result<()> {
    if !handler.is_associated() || !expand::is_inline(policy) {
        return Ok(());
    }
    let message = if attribute == Attribute::Public {
        "`#[oidc::public]` cannot be in an `impl` block or a trait; move the handler out of it"
    } else {
        "inline rules cannot be in an `impl` block or a trait; name them outside, \
         `#[oidc::policy(..)] struct Reader;`, and write `policy = Reader`"
    };
    Err(syn::Error::new(Span::call_site(), message))
}

/// A handler that takes the session of a user who cannot have one.
pub(super) fn check_session(policy: &Policy, handler: &Handler) -> syn::Result<()> {
    let mut errors = Errors::default();
    if policy.rules.iter().any(Rule::denies_sessions) {
        let message = "`via = \"bearer\"` admits nobody with a session; \
                       remove the argument, or write `via = \"session\"`";
        for argument in &handler.sig.inputs {
            if let FnArg::Typed(argument) = argument
                && own_segment(&argument.ty).is_some_and(|segment| segment.ident == "Session")
            {
                errors.at(&argument.ty, message);
            }
        }
    }
    errors.finish()
}

/// Whether the function is not `async` and returns what cannot be a future either. A type that
/// could be one, such as an alias, is left to the framework.
pub(super) fn is_synchronous(sig: &Signature) -> bool {
    let returns_response = match &sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => is_response(ty),
    };
    sig.asyncness.is_none() && returns_response
}

fn is_response(ty: &Type) -> bool {
    match ty {
        Type::Array(_) | Type::Never(_) | Type::Slice(_) | Type::Tuple(_) => true,
        Type::Group(group) => is_response(&group.elem),
        Type::ImplTrait(ty) => ty.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(names_response),
            _ => false,
        }),
        Type::Paren(ty) => is_response(&ty.elem),
        Type::Path(ty) => ty.path.segments.last().is_some_and(names_response),
        Type::Reference(reference) => reference.mutability.is_none(),
        _ => false,
    }
}

fn names_response(segment: &PathSegment) -> bool {
    RESPONSES.iter().any(|name| segment.ident == name)
}

/// The message about `self`, which the tools of an MCP server have.
fn no_receiver(attribute: Attribute) -> String {
    let tools = if attribute == Attribute::Required {
        ", or write `#[oidc::tools]` on the `impl` block of an MCP server's tools"
    } else {
        ""
    };
    format!("`{attribute}` guards handlers, which have no `self`; remove it{tools}")
}

fn check_other_attributes(attribute: Attribute, handler: &Handler, errors: &mut Errors) {
    for attr in &handler.attrs {
        let names: Vec<_> = attr
            .path()
            .segments
            .iter()
            .map(|s| s.ident.to_string())
            .collect();
        let name = match names.as_slice() {
            [name] => name,
            [.., krate, name] if krate == "oidc" => name,
            _ => continue,
        };
        if Attribute::OF_HANDLERS.contains(&name.as_str()) {
            errors.at(
                attr.path(),
                format!("the handler already has `{attribute}`; remove one"),
            );
        }
    }
}

/// An extractor that contradicts the attribute: one of them has to be wrong.
fn check_user(attribute: Attribute, ty: &Type, errors: &mut Errors) {
    let Some(segment) = own_segment(ty) else {
        return;
    };
    let message = match (attribute, is_user(segment), optional_user(segment)) {
        (Attribute::Optional, true, _) => {
            "an optional route may have no user; wrap it: `Option<..>`"
        }
        (Attribute::Required, _, true) => {
            "a required route always has a user; remove `Option`, or use `#[oidc::optional]`"
        }
        (Attribute::Public, true, _) => {
            "a public route has no authenticated user; remove the argument, or use \
             `#[oidc::required]`"
        }
        (Attribute::Public, _, true) => {
            "a public route has no authenticated user; remove the argument, or use \
             `#[oidc::optional]`"
        }
        _ => return,
    };
    errors.at(ty, message);
}

fn is_user(segment: &PathSegment) -> bool {
    let takes_arguments = segment.ident == "Claims";
    USERS.iter().any(|user| segment.ident == user)
        && takes_arguments != matches!(segment.arguments, PathArguments::None)
}

fn optional_user(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return false;
    };
    let Some(GenericArgument::Type(inner)) = arguments.args.first() else {
        return false;
    };
    segment.ident == "Option" && own_segment(inner).is_some_and(is_user)
}

/// The last segment of a path that may be ours or from the prelude: `Principal`, `oidc::Principal`.
fn own_segment(ty: &Type) -> Option<&PathSegment> {
    let path = match ty {
        Type::Group(group) => return own_segment(&group.elem),
        Type::Path(ty) if ty.qself.is_none() => &ty.path,
        _ => return None,
    };
    let ours = path.segments.len() == 1 || path.segments.first()?.ident == "oidc";
    path.segments.last().filter(|_| ours)
}
