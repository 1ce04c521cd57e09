//! How a guard treats credentials.

use serde::{Deserialize, Serialize};

use super::rule_tree::RuleTree;
use super::spec::{AccessMode, OnInvalidToken, PolicySpec};

/// Whom one guard lets pass: a [`PolicySpec`] that owns its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum GuardRule {
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
    /// Everyone, but behind it a token that does not satisfy the rule counts as invalid: the client
    /// of the guard that follows demands it of every token
    /// ([`OidcBuilder::require`](crate::OidcBuilder::require)).
    Client(RuleTree),
}

impl From<&PolicySpec> for GuardRule {
    fn from(spec: &PolicySpec) -> Self {
        let rule = RuleTree::from(&spec.rule);
        match spec.access {
            AccessMode::Required => Self::Required(rule),
            AccessMode::Optional { invalid } => Self::Optional {
                rule,
                rejects_invalid: invalid == OnInvalidToken::Reject,
            },
            AccessMode::Public { reason } => Self::Public {
                reason: reason.to_owned(),
            },
        }
    }
}
