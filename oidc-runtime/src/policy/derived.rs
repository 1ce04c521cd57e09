//! Policies that nobody names: a handler's own rules, a named policy used in another way than it was
//! written for, and what stands in for one that is wrong.

use std::marker::PhantomData;

use super::spec::{AccessMode, OnInvalidToken, Policy, PolicySpec, Rule};

/// What the attribute of a handler says, in itself no [`Policy`]: whoever could name the one of an
/// open handler could open another by it.
pub trait InlinePolicy: 'static {
    /// The policy as data.
    const SPEC: PolicySpec;
}

/// The policy of the handler whose attribute made `P`.
#[derive(Debug)]
pub struct Inline<P>(PhantomData<P>);

impl<P: InlinePolicy> Policy for Inline<P> {
    const SPEC: PolicySpec = P::SPEC;
}

/// `#[oidc::optional(policy = P)]`: the rule of `P`, without refusing anybody.
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

/// Stands in for a policy that did not compile, so that the mistake is reported alone.
#[derive(Debug)]
pub enum Unsatisfiable {}

impl Policy for Unsatisfiable {
    const SPEC: PolicySpec = PolicySpec::new(AccessMode::Required, Rule::Any(&[]), "unsatisfiable");
}
