//! The policy language: rules as data, and the one function that decides by them.

mod check;
mod display;
mod evaluate;
mod explain;
mod scope;
mod spec;
mod wrappers;

pub use check::{Answer, Check, CheckFn, CheckFunction, Plain, Waiting};
pub(crate) use evaluate::{Facts, checks, holds, is_timeless};
pub(crate) use explain::{Denial, explain};
pub use scope::Scope;
pub use spec::{Access, Invalid, Location, Policy, PolicySpec, Rule, Scalar};
pub use wrappers::{Inline, InlinePolicy, Optional, OptionalRejecting, Unsatisfiable};
