//! The security requirements and responses of each operation.

use std::collections::BTreeSet;

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, ResponseBuilder};

use super::schemes::Scheme;
use crate::access::{AccessMatrix, EffectiveAccess};
use crate::policy::{Condition, RuleTree, entails};

/// How many alternative sets of scopes an operation lists at most for a scheme. Beyond that, it lists
/// none.
const MAX_SETS: usize = 16;

/// Describes the operations; returns those without a route.
pub(super) fn describe_all(
    document: &mut OpenApi,
    matrix: &AccessMatrix,
    schemes: &[Scheme],
) -> Vec<String> {
    let mut unknown = Vec::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            match matrix.guards_of(method, path) {
                Some(guards) => describe(operation, &EffectiveAccess::of(&guards), schemes),
                None => unknown.push(format!("{method} {path}")),
            }
        }
    }
    unknown
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let operations = [
        ("GET", &mut item.get),
        ("HEAD", &mut item.head),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("TRACE", &mut item.trace),
    ];
    operations
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn describe(operation: &mut Operation, access: &EffectiveAccess, schemes: &[Scheme]) {
    operation.security = Some(security(access, schemes));
    if access.anonymous {
        return;
    }
    add_response(operation, "401", "no valid access token");
    if !admits_everyone(&access.users, schemes) {
        add_response(
            operation,
            "403",
            "the access token does not satisfy the policy",
        );
    }
}

fn security(access: &EffectiveAccess, schemes: &[Scheme]) -> Vec<SecurityRequirement> {
    if access.public {
        return Vec::new();
    }
    // The empty requirement stands for a call without credentials.
    let nothing = access.anonymous.then(SecurityRequirement::default);
    let requirements = schemes.iter().flat_map(|scheme| scheme.admitted_by(access));
    let mut security: Vec<_> = nothing.into_iter().chain(requirements).collect();
    // An empty list would mean that no credentials are needed.
    if security.is_empty() {
        let first = schemes.iter().map(|scheme| scheme.requirement([""; 0]));
        security.extend(first.take(1));
    }
    security
}

impl Scheme {
    /// The requirements with this scheme, one for each set of scopes that will do.
    fn admitted_by(&self, access: &EffectiveAccess) -> Vec<SecurityRequirement> {
        if !self.is_of_use || self.caller.meets(&access.seen).is_empty() {
            return Vec::new();
        }
        let alternatives = self.caller.meets(&access.users);
        let sets = alternatives.into_iter().map(|one| one.scopes);
        let sets: BTreeSet<_> = sets.collect();
        if !self.has_scopes || sets.len() > MAX_SETS {
            return vec![self.requirement([""; 0])];
        }
        sets.into_iter().map(|set| self.requirement(set)).collect()
    }

    fn requirement<'s>(&self, scopes: impl IntoIterator<Item = &'s str>) -> SecurityRequirement {
        SecurityRequirement::new(self.name.as_str(), scopes)
    }
}

fn add_response(operation: &mut Operation, status: &str, description: &str) {
    let responses = &mut operation.responses.responses;
    responses.entry(status.to_owned()).or_insert_with(|| {
        ResponseBuilder::new()
            .description(description)
            .build()
            .into()
    });
}

/// Whether the condition holds for every user of these schemes.
fn admits_everyone(condition: &Condition, schemes: &[Scheme]) -> bool {
    let mut callers = schemes.iter().map(|scheme| &scheme.caller);
    let everyone = if callers.all(|caller| caller.is_let_in_everywhere) {
        Condition::admitted(&RuleTree::authenticated(), &[])
    } else {
        Condition::nothing()
    };
    entails(&everyone, condition)
}
