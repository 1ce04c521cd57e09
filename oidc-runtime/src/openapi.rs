//! What an OpenAPI document says about access, taken from the access matrix.

use std::collections::BTreeSet;

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{OpenIdConnect, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, ResponseBuilder};

use crate::access::{AccessMatrix, EffectiveAccess};
use crate::policy::RuleTree;

/// The name of the security scheme in the document.
pub const SCHEME: &str = "oidc";

/// How many alternative sets of scopes an operation lists; a longer list helps nobody.
const MAX_ALTERNATIVES: usize = 16;

/// Writes into the document, for each operation, what its route demands.
///
/// - The scheme [`SCHEME`] (`openIdConnect`) is added to the components.
/// - A route that demands a token gets it as its `security`, with the scopes that its rule needs;
///   alternatives (`any(..)`) become alternative requirements. It also gets the responses 401, and
///   403 if there is a rule, unless it describes its own.
/// - An optional route may be called with the scheme or with nothing; a public one with nothing,
///   whatever the document demands in general.
///
/// Returns the operations of the document of which the matrix knows nothing, such as `GET /old`;
/// they are left as they were. Paths are those of the whole application: let the document have the
/// prefix under which its routes are nested.
///
/// # Examples
/// ```
/// use oidc::access::AccessMatrix;
/// use utoipa::openapi::OpenApi;
///
/// # let mut document = OpenApi::default();
/// # let matrix = AccessMatrix::default();
/// let discovery_url = "https://login.example.org/.well-known/openid-configuration";
/// let unknown = oidc::openapi::secure(&mut document, &matrix, discovery_url);
/// assert!(unknown.is_empty(), "nobody serves {unknown:?}");
/// ```
#[must_use = "an operation that nobody serves, or that is served elsewhere, is not described"]
pub fn secure(document: &mut OpenApi, matrix: &AccessMatrix, discovery_url: &str) -> Vec<String> {
    let scheme = SecurityScheme::OpenIdConnect(OpenIdConnect::new(discovery_url));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(SCHEME, scheme);
    let mut unknown = Vec::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            match matrix.guards_of(method, path) {
                Some(guards) => describe(operation, &EffectiveAccess::of(&guards)),
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

fn describe(operation: &mut Operation, admission: &EffectiveAccess) {
    if admission.public {
        operation.security = Some(Vec::new());
        return;
    }
    let requirements = scopes(&admission.users)
        .into_iter()
        .map(|scopes| SecurityRequirement::new(SCHEME, scopes));
    // The empty requirement stands for a call without credentials.
    let nothing = admission.anonymous.then(SecurityRequirement::default);
    operation.security = Some(nothing.into_iter().chain(requirements).collect());
    if !admission.anonymous {
        add_response(operation, "401", "no token, or one that is not valid");
        if !holds_for_everyone(&admission.users) {
            add_response(operation, "403", "a valid token that does not suffice");
        }
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

fn holds_for_everyone(rule: &RuleTree) -> bool {
    crate::policy::implies(&RuleTree::authenticated(), rule)
}

/// The sets of scopes of which one is needed, as far as scopes are all there is to it.
fn scopes(rule: &RuleTree) -> BTreeSet<BTreeSet<String>> {
    let none = || BTreeSet::from([BTreeSet::new()]);
    let sets = match rule {
        RuleTree::Scopes(scopes) => BTreeSet::from([scopes.iter().cloned().collect()]),
        RuleTree::Policy { rule, .. } => scopes(rule),
        RuleTree::Any(rules) => rules.iter().flat_map(scopes).collect(),
        RuleTree::All(rules) => rules.iter().fold(none(), |sets, rule| {
            let more = scopes(rule);
            let pairs = sets
                .iter()
                .flat_map(|one| more.iter().map(move |other| one | other));
            pairs.collect()
        }),
        RuleTree::Not(_)
        | RuleTree::Claim { .. }
        | RuleTree::Roles(_)
        | RuleTree::Acr(_)
        | RuleTree::MaxAge(_)
        | RuleTree::Check { .. } => none(),
    };
    if sets.len() > MAX_ALTERNATIVES {
        return none();
    }
    sets
}
