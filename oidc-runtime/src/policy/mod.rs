//! The policy language: rules as data, how they are evaluated, explained, printed and compared.

mod appraise;
mod asked_scopes;
mod check;
mod condition;
mod derived;
mod display;
mod evaluate;
mod explain;
mod guard_rule;
mod implication;
mod issuers;
mod rule_tree;
mod scope;
mod spec;
mod statement;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use appraise::{Appraisal, appraise};
pub(crate) use asked_scopes::asked_scopes;
pub use check::{
    AsyncCheck, Check, CheckFn, CheckFunction, CheckResult, SyncCheck, SyncRequestCheck,
};
pub(crate) use condition::Condition;
pub use derived::{
    Authenticated, Inline, InlinePolicy, Optional, OptionalRejecting, Unsatisfiable,
};
pub(crate) use display::TopLevel;
#[cfg(feature = "sessions")]
pub(crate) use evaluate::demands_bearer;
pub(crate) use evaluate::{EvalContext, checks, is_timeless};
pub(crate) use explain::{Denial, explain};
pub use guard_rule::GuardRule;
pub(crate) use implication::entails;
pub use implication::implies;
pub(crate) use issuers::{IssuedBy, issuer_names, sole_issuer};
pub use rule_tree::{ClaimValue, RuleTree};
pub use scope::{OAuthScope, ScopeList};
pub use spec::{AccessMode, Location, OnInvalidToken, Policy, PolicySpec, Rule, Scalar};
