//! Describes access in an OpenAPI document, from the access matrix.

use std::collections::BTreeSet;

use utoipa::openapi::path::{Operation, PathItem};
#[cfg(feature = "sessions")]
use utoipa::openapi::security::{ApiKey, ApiKeyValue};
use utoipa::openapi::security::{OpenIdConnect, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, ResponseBuilder};

use crate::access::{AccessMatrix, EffectiveAccess};
use crate::policy::{RuleTree, implies};
use crate::token::Via;

/// The name of the security scheme in the document.
///
/// ```
/// use oidc::access::AccessMatrix;
/// use oidc::openapi::{SCHEME, secure};
/// use utoipa::openapi::OpenApi;
///
/// let mut document = OpenApi::default();
/// let url = "https://login.example.org/.well-known/openid-configuration";
/// let _ = secure(&mut document, &AccessMatrix::default(), url);
/// let components = document.components.unwrap();
/// assert!(components.security_schemes.contains_key(SCHEME));
/// ```
pub const SCHEME: &str = "oidc";

/// The name of the security scheme for the cookie of a session.
#[cfg_attr(not(feature = "sessions"), doc(hidden))]
pub const COOKIE_SCHEME: &str = "oidc_session";

/// How many alternative sets of scopes an operation lists at most. Beyond that, it lists none.
const MAX_ALTERNATIVES: usize = 16;

/// Adds to each operation of the document what its route demands (OpenAPI 3.1.0
/// §4.8.30).
///
/// - The scheme [`SCHEME`] (`openIdConnect`) is added to the components.
/// - The operation of a route that demands a token gets the scheme as its `security`, with the
///   scopes that the rule requires; alternatives (`any(..)`) become alternative requirements. It
///   also gets the responses 401, and 403 if there is a rule, unless it describes them itself.
/// - The operation of an optional route may be called with or without the scheme, that of a public
///   route without it, whatever the document requires by default.
///
/// Returns the operations without a route in the matrix, such as `GET /old`, which are left
/// unchanged. The paths of the document have to include the prefix under which its routes are
/// nested.
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
/// assert!(unknown.is_empty(), "no route serves {unknown:?}");
/// ```
#[must_use = "operations without a route in the matrix are left without a security requirement"]
pub fn secure(document: &mut OpenApi, matrix: &AccessMatrix, discovery_url: &str) -> Vec<String> {
    let scheme = SecurityScheme::OpenIdConnect(OpenIdConnect::new(discovery_url));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(SCHEME, scheme);
    describe_all(document, matrix, false)
}

/// The same as [`secure`] for an application with browser sessions: each operation also gets, as an
/// alternative, the scheme [`COOKIE_SCHEME`] (`apiKey` in a cookie), unless its rule demands
/// `via = "bearer"`, and only this one if its rule demands `via = "session"`. `cookie` is
/// [`Oidc::session_cookie`](crate::Oidc::session_cookie).
///
/// ```
/// # use oidc::access::AccessMatrix;
/// # use oidc::{Oidc, Sessions};
/// # use utoipa::openapi::OpenApi;
/// # fn describe(oidc: &Oidc, matrix: &AccessMatrix, mut document: OpenApi) {
/// let discovery_url = "https://login.example.org/.well-known/openid-configuration";
/// let cookie = oidc.session_cookie().expect("sessions are switched on");
/// let unknown =
///     oidc::openapi::secure_with_sessions(&mut document, matrix, discovery_url, cookie);
/// assert!(unknown.is_empty(), "no route serves {unknown:?}");
/// # }
/// ```
#[cfg(feature = "sessions")]
#[must_use = "operations without a route in the matrix are left without a security requirement"]
pub fn secure_with_sessions(
    document: &mut OpenApi,
    matrix: &AccessMatrix,
    discovery_url: &str,
    cookie: &str,
) -> Vec<String> {
    let bearer = SecurityScheme::OpenIdConnect(OpenIdConnect::new(discovery_url));
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookie)));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(SCHEME, bearer);
    components.add_security_scheme(COOKIE_SCHEME, session);
    describe_all(document, matrix, true)
}

fn describe_all(document: &mut OpenApi, matrix: &AccessMatrix, sessions: bool) -> Vec<String> {
    let mut unknown = Vec::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            match matrix.guards_of(method, path) {
                Some(guards) => describe(operation, &EffectiveAccess::of(&guards), sessions),
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

fn describe(operation: &mut Operation, access: &EffectiveAccess, sessions: bool) {
    if access.public {
        operation.security = Some(Vec::new());
        return;
    }
    let demands = |via| implies(&access.users, &RuleTree::Via(via));
    let by_bearer = !(sessions && demands(Via::Session));
    let by_session = sessions && !demands(Via::Bearer);
    let requirements = scopes(&access.users)
        .into_iter()
        .filter(|_| by_bearer)
        .map(|scopes| SecurityRequirement::new(SCHEME, scopes));
    let cookie = by_session.then(|| SecurityRequirement::new(COOKIE_SCHEME, [""; 0]));
    // The empty requirement stands for a call without credentials.
    let nothing = access.anonymous.then(SecurityRequirement::default);
    operation.security = Some(
        nothing
            .into_iter()
            .chain(requirements)
            .chain(cookie)
            .collect(),
    );
    if !access.anonymous {
        add_response(operation, "401", "no valid access token");
        if !holds_for_everyone(&access.users) {
            add_response(
                operation,
                "403",
                "the access token does not satisfy the policy",
            );
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
    implies(&RuleTree::authenticated(), rule)
}

/// The alternative sets of scopes that the rule requires, apart from its other conditions.
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
        | RuleTree::Via(_)
        | RuleTree::Check { .. } => none(),
    };
    if sets.len() > MAX_ALTERNATIVES {
        return none();
    }
    sets
}
