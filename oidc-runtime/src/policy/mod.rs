//! The policy language: rules as data, and the one function that decides by them.

mod check;
mod derived;
mod display;
mod evaluate;
mod explain;
mod scope;
mod spec;

pub use check::{AsyncCheck, Check, CheckFn, CheckFunction, CheckResult, SyncCheck};
pub use derived::{Inline, InlinePolicy, Optional, OptionalRejecting, Unsatisfiable};
pub(crate) use evaluate::{EvalContext, checks, holds, is_timeless};
pub(crate) use explain::{Denial, explain};
pub use scope::OAuthScope;
pub use spec::{AccessMode, Location, OnInvalidToken, Policy, PolicySpec, Rule, Scalar};
