//! How a route treats credentials, and which of two ways lets more callers in.

use serde::{Deserialize, Serialize};

use super::implication::implies;
use super::rule::RuleTree;
use crate::policy::{Access, Invalid, PolicySpec};

/// Who may call a route: a [`PolicySpec`] that owns its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum RouteAccess {
    /// Only callers whose token satisfies the rule.
    Required(RuleTree),
    /// Everyone; the handler sees a user whose token satisfies the rule.
    Optional {
        /// What a token has to satisfy to be seen.
        rule: RuleTree,
        /// Whether a request with a bad token is refused.
        rejects_invalid: bool,
    },
    /// Everyone.
    Public {
        /// Why.
        reason: String,
    },
}

impl From<&PolicySpec> for RouteAccess {
    fn from(spec: &PolicySpec) -> Self {
        let rule = RuleTree::from(&spec.rule);
        match spec.access {
            Access::Required => Self::Required(rule),
            Access::Optional { invalid } => Self::Optional {
                rule,
                rejects_invalid: invalid == Invalid::Reject,
            },
            Access::Public { reason } => Self::Public {
                reason: reason.to_owned(),
            },
        }
    }
}

impl RouteAccess {
    /// What several guards in a row come to, the outermost first.
    ///
    /// One that demands a token makes all the others count: an optional guard that a user does not
    /// satisfy hides him from those behind it.
    pub(super) fn in_a_row<'a>(guards: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut rules = Vec::new();
        let mut required = false;
        let mut first_optional_rejects = None;
        let mut open = String::new();
        for guard in guards {
            match guard {
                Self::Required(rule) => {
                    required = true;
                    rules.push(rule.clone());
                }
                Self::Optional {
                    rule,
                    rejects_invalid,
                } => {
                    // It leaves no bad token to those behind it.
                    first_optional_rejects.get_or_insert(*rejects_invalid);
                    rules.push(rule.clone());
                }
                Self::Public { reason } => open.clone_from(reason),
            }
        }
        match (required, first_optional_rejects) {
            (true, _) => Self::Required(all(rules)),
            (false, Some(rejects_invalid)) => Self::Optional {
                rule: all(rules),
                rejects_invalid,
            },
            (false, None) => Self::Public { reason: open },
        }
    }

    /// Whether whoever passes here passed there, and is seen as a user only if he was.
    pub(super) fn is_at_least_as_strict_as(&self, before: &Self) -> bool {
        match (self, before) {
            (_, Self::Public { .. }) => true,
            (Self::Public { .. }, _) | (Self::Optional { .. }, Self::Required(_)) => false,
            (Self::Required(now), Self::Required(before) | Self::Optional { rule: before, .. }) => {
                implies(now, before)
            }
            (
                Self::Optional {
                    rule: now,
                    rejects_invalid: rejects_now,
                },
                Self::Optional {
                    rule: before,
                    rejects_invalid: rejected_before,
                },
            ) => (*rejects_now || !rejected_before) && implies(now, before),
        }
    }
}

/// The conjunction, without what says nothing and without a level that is not needed.
fn all(mut rules: Vec<RuleTree>) -> RuleTree {
    rules.retain(|rule| *rule != RuleTree::authenticated());
    match rules.len() {
        1 => rules.remove(0),
        _ => RuleTree::All(rules),
    }
}
