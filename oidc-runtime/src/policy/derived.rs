//! Policies without a name of their own: the inline rules of a handler, an attribute without rules, a
//! named policy used on an optional route, and the placeholder for one that did not compile.

use std::marker::PhantomData;

use super::spec::{AccessMode, OnInvalidToken, Policy, PolicySpec, Rule};

/// The inline rules of a handler's attribute. The type does not implement [`Policy`], so that the
/// rules of a public handler cannot be reused to open another one.
#[doc(hidden)]
pub trait InlinePolicy: 'static {
    /// The policy as data.
    const SPEC: PolicySpec;
}

/// The policy of the handler whose attribute generated `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Inline<P>(PhantomData<P>);

impl<P: InlinePolicy> Policy for Inline<P> {
    const SPEC: PolicySpec = P::SPEC;
}

/// `#[oidc::required]`. An attribute without rules needs no type of its own, so that it works in
/// `impl` blocks and traits, where it could not put one beside the function.
#[doc(hidden)]
#[derive(Debug)]
pub enum Authenticated {}

impl Policy for Authenticated {
    const SPEC: PolicySpec = PolicySpec {
        access: AccessMode::Required,
        rule: Rule::All(&[]),
        location: None,
    };
}

/// `#[oidc::optional(policy = P)]`: the rule of `P`, without rejecting a request.
#[doc(hidden)]
#[derive(Debug)]
pub struct Optional<P>(PhantomData<P>);

impl<P: Policy> Policy for Optional<P> {
    const SPEC: PolicySpec = PolicySpec {
        access: AccessMode::Optional {
            invalid: OnInvalidToken::Ignore,
        },
        ..P::SPEC
    };
}

/// `#[oidc::optional(policy = P, invalid = "reject")]`.
#[doc(hidden)]
#[derive(Debug)]
pub struct OptionalRejecting<P>(PhantomData<P>);

impl<P: Policy> Policy for OptionalRejecting<P> {
    const SPEC: PolicySpec = PolicySpec {
        access: AccessMode::Optional {
            invalid: OnInvalidToken::Reject,
        },
        ..P::SPEC
    };
}

/// Replaces a policy that did not compile, so that its error is the only one.
#[doc(hidden)]
#[derive(Debug)]
pub enum Unsatisfiable {}

impl Policy for Unsatisfiable {
    const SPEC: PolicySpec = PolicySpec::new(AccessMode::Required, Rule::Any(&[]), "unsatisfiable");
}
