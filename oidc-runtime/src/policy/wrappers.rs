//! A named policy used in another way than it was written for.

use std::marker::PhantomData;

use super::spec::{Access, Invalid, Policy, PolicySpec};

/// `#[oidc::optional(policy = P)]`: the rule of `P`, without refusing anybody.
#[derive(Debug)]
pub struct Optional<P>(PhantomData<P>);

impl<P: Policy> Policy for Optional<P> {
    const SPEC: PolicySpec = PolicySpec {
        access: Access::Optional {
            invalid: Invalid::Ignore,
        },
        ..P::SPEC
    };
}

/// `#[oidc::optional(policy = P, invalid = "reject")]`.
#[derive(Debug)]
pub struct OptionalRejecting<P>(PhantomData<P>);

impl<P: Policy> Policy for OptionalRejecting<P> {
    const SPEC: PolicySpec = PolicySpec {
        access: Access::Optional {
            invalid: Invalid::Reject,
        },
        ..P::SPEC
    };
}
