//! Rules in the policy language, for documentation.

use super::{Rule, Scalar, Scope};
use crate::syntax::render_path;

/// The rules as the user could have written them, without those of one list in parentheses.
pub(crate) fn describe(rules: &[Rule]) -> String {
    rules.iter().map(rule).collect::<Vec<_>>().join(", ")
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::All(rules) => match distinct_claims(rules) {
            Some(claims) => format!("claims({})", claims.join(", ")),
            None => format!("all({})", describe(rules)),
        },
        Rule::Any(rules) => format!("any({})", describe(rules)),
        Rule::Not(rule) => format!("not({})", describe(std::slice::from_ref(rule))),
        Rule::Scopes(scopes) => self::scopes(scopes),
        Rule::Claim { path, any_of } => format!("claims({})", claim(path, any_of)),
        Rule::Roles(roles) => format!("roles = {}", texts(roles)),
        Rule::Acr(values) => format!("acr = {}", texts(values)),
        Rule::MaxAge(seconds) => format!("max_age = \"{}\"", duration(*seconds)),
        Rule::Via(via) => format!("via = {:?}", via.name()),
        Rule::Issuer(names) => format!("issuer = {}", texts(names)),
        Rule::Check(path) => format!("check = {}", render_path(path)),
        Rule::Policy(path) => format!("policy = {}", render_path(path)),
    }
}

/// In the largest unit without a remainder, as the access matrix has it.
fn duration(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let mut units = units.into_iter();
    let (length, unit) = units
        .find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length))
        .unwrap_or((1, 's'));
    format!("{}{unit}", seconds / length)
}

/// A constant has to stand on its own; names stand together.
fn scopes(scopes: &[Scope]) -> String {
    let names: Option<Vec<_>> = scopes.iter().map(Scope::name).collect();
    if let Some(names) = names {
        return format!("scopes = {:?}", names.join(" "));
    }
    let written = scopes.iter().map(|scope| match scope {
        Scope::Name(name) | Scope::Registered(_, name) => format!("{:?}", name.value()),
        Scope::Constant(path) => render_path(path),
    });
    format!("scopes({})", written.collect::<Vec<_>>().join(", "))
}

impl Scope {
    fn name(&self) -> Option<String> {
        match self {
            Self::Name(name) | Self::Registered(_, name) => Some(name.value()),
            Self::Constant(_) => None,
        }
    }
}

/// What stands in `claims(..)`, if the rules came from one.
fn distinct_claims(rules: &[Rule]) -> Option<Vec<String>> {
    let mut paths = Vec::new();
    let claims = rules.iter().map(|rule| match rule {
        Rule::Claim { path, any_of } if !paths.contains(&path) => {
            paths.push(path);
            Some(claim(path, any_of))
        }
        Rule::All(_)
        | Rule::Any(_)
        | Rule::Not(_)
        | Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check(_)
        | Rule::Policy(_) => None,
    });
    claims.collect()
}

fn claim(path: &[String], any_of: &[Scalar]) -> String {
    let path: Vec<_> = path.iter().map(|name| segment(name)).collect();
    let values: Vec<_> = any_of.iter().map(scalar).collect();
    format!("{} = {}", path.join("."), one_or_list(&values))
}

fn segment(name: &str) -> String {
    let is_identifier = syn::parse_str::<syn::Ident>(name).is_ok();
    if is_identifier {
        name.to_owned()
    } else {
        format!("{name:?}")
    }
}

fn scalar(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Str(text) => format!("{text:?}"),
        Scalar::Int(number) => number.to_string(),
        Scalar::Bool(flag) => flag.to_string(),
    }
}

/// A text that looks like several is a list, as the attribute demands.
fn texts(texts: &[String]) -> String {
    if let [text] = texts
        && text.contains([' ', ','])
    {
        return format!("[{text:?}]");
    }
    let texts: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
    one_or_list(&texts)
}

fn one_or_list(values: &[String]) -> String {
    match values {
        [only] => only.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}
