//! Which scopes there are, and which of them imply which.

use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Token};

use super::args::{Args, Written};
use crate::errors::Errors;
use crate::rules::forbidden_character;
use crate::suggest::{closest, enumerate};

/// A registry of scopes.
pub(super) struct Registry<'a> {
    pub(super) args: &'a Args,
    pub(super) scopes: Vec<Scope<'a>>,
}

/// A scope, and everything that implies it.
pub(super) struct Scope<'a> {
    pub(super) written: &'a Written,
    pub(super) implied_by: Vec<String>,
}

impl<'a> Registry<'a> {
    /// Reads what was written; whatever is wrong is recorded and left out.
    pub(super) fn from_args(args: &'a Args, errors: &mut Errors) -> Self {
        if args.scopes.is_empty() {
            let message = "the registry is empty; write a scope: `READ = \"read\"`";
            errors.at(&args.name, message);
        }
        let distinct = distinct(&args.scopes, errors);
        for written in &distinct {
            check_unconditional(written, errors);
            check_implies(written, &distinct, errors);
        }
        check_cycles(&distinct, errors);
        let scopes = distinct.iter().map(|written| Scope {
            written,
            implied_by: implied_by(written, &distinct),
        });
        Self {
            args,
            scopes: scopes.collect(),
        }
    }
}

/// The scopes with names of their own.
fn distinct<'a>(all: &'a [Written], errors: &mut Errors) -> Vec<&'a Written> {
    let mut distinct: Vec<&Written> = Vec::new();
    for written in all {
        let name = written.name.value();
        if let Some(message) = name_mistake(&name) {
            errors.at(&written.name, message);
        }
        let same_name = distinct.iter().find(|other| other.name.value() == name);
        if find(&written.constant, &distinct).is_some() {
            let message = format!("`{}` is registered twice; remove one", written.constant);
            errors.at(&written.constant, message);
        } else if let Some(other) = same_name {
            let message = format!("scope `{name}` is `{}` already; remove one", other.constant);
            errors.at(&written.name, message);
        } else {
            distinct.push(written);
        }
    }
    distinct
}

fn name_mistake(name: &str) -> Option<String> {
    if name.trim().is_empty() {
        return Some("empty scope; write its name, or remove it".to_owned());
    }
    if name.contains(' ') {
        return Some("register each scope on its own: a space separates two".to_owned());
    }
    if name.contains(',') {
        return Some(
            "register each scope on its own: `READ = \"read\", WRITE = \"write\"`".to_owned(),
        );
    }
    forbidden_character(name)
}

/// Without its constant a scope would still imply others, and still be found by its name.
fn check_unconditional(written: &Written, errors: &mut Errors) {
    for attr in written.attrs.iter().filter(|attr| is_conditional(attr)) {
        let message = "a scope cannot depend on `cfg`, as others are related to it; \
                       put `cfg` on the whole module";
        errors.at(attr, message);
    }
}

/// Whether the attribute is `cfg`, or `cfg_attr` with a `cfg` inside.
fn is_conditional(attr: &Attribute) -> bool {
    let is_cfg = |meta: &Meta| meta.path().is_ident("cfg") || meta.path().is_ident("cfg_attr");
    let inner = Punctuated::<Meta, Token![,]>::parse_terminated;
    attr.path().is_ident("cfg")
        || attr.path().is_ident("cfg_attr")
            && attr
                .parse_args_with(inner)
                .is_ok_and(|metas| metas.iter().skip(1).any(is_cfg))
}

fn check_implies(written: &Written, all: &[&Written], errors: &mut Errors) {
    for (index, implied) in written.implies.iter().enumerate() {
        if written.implies.iter().take(index).any(|one| one == implied) {
            errors.at(implied, format!("`{implied}` is listed twice; remove one"));
        } else if find(implied, all).is_none() {
            let names: Vec<_> = all.iter().map(|one| one.constant.to_string()).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let hint = match closest(&implied.to_string(), &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its scopes are {}", enumerate(&names)),
            };
            errors.at(
                implied,
                format!("`{implied}` is not in this registry; {hint}"),
            );
        }
    }
}

/// Scopes that imply each other are one scope: each cycle is reported once.
fn check_cycles(all: &[&Written], errors: &mut Errors) {
    let mut reported: Vec<&Written> = Vec::new();
    for &written in all {
        let back = written.implies.iter().find(|implied| {
            find(implied, all).is_some_and(|one| {
                same(one, written) || reachable(one, all).contains(&&written.constant)
            })
        });
        let Some(back) = back else { continue };
        let known = reachable(written, all);
        if !reported.iter().any(|one| known.contains(&&one.constant)) {
            let name = &written.constant;
            let message = if back == name {
                format!("`{name}` implies itself; remove this")
            } else {
                format!("`{name}` and `{back}` imply each other; remove one `implies`")
            };
            errors.at(back, message);
        }
        reported.push(written);
    }
}

fn implied_by(scope: &Written, all: &[&Written]) -> Vec<String> {
    all.iter()
        .filter(|other| !same(other, scope) && reachable(other, all).contains(&&scope.constant))
        .map(|other| other.name.value())
        .collect()
}

/// Everything that a scope implies, directly or through others.
fn reachable<'a>(scope: &'a Written, all: &[&'a Written]) -> Vec<&'a Ident> {
    let mut found: Vec<&Ident> = Vec::new();
    let mut next: Vec<&Ident> = scope.implies.iter().collect();
    while let Some(constant) = next.pop() {
        if !found.contains(&constant) {
            found.push(constant);
            next.extend(find(constant, all).into_iter().flat_map(|one| &one.implies));
        }
    }
    found
}

fn find<'a>(constant: &Ident, all: &[&'a Written]) -> Option<&'a Written> {
    all.iter().copied().find(|one| one.constant == *constant)
}

fn same(one: &Written, other: &Written) -> bool {
    one.constant == other.constant
}
