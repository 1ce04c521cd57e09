//! The policy language: rules as data, how they are evaluated, explained, printed and compared.

mod asked_scopes;
mod check;
mod derived;
mod display;
mod evaluate;
mod explain;
mod guard_rule;
mod implication;
mod rule_tree;
mod scope;
mod spec;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use asked_scopes::asked_scopes;
pub use check::{
    AsyncCheck, Check, CheckFn, CheckFunction, CheckResult, SyncCheck, SyncRequestCheck,
};
pub use derived::{
    Authenticated, Inline, InlinePolicy, Optional, OptionalRejecting, Unsatisfiable,
};
pub(crate) use display::TopLevel;
#[cfg(feature = "sessions")]
pub(crate) use evaluate::demands_bearer;
pub(crate) use evaluate::{EvalContext, checks, holds, is_timeless};
pub(crate) use explain::{Denial, explain};
pub use guard_rule::GuardRule;
pub use implication::implies;
pub use rule_tree::{ClaimValue, RuleTree};
pub use scope::{OAuthScope, ScopeList};
pub use spec::{AccessMode, Location, OnInvalidToken, Policy, PolicySpec, Rule, Scalar};
