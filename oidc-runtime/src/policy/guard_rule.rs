//! The rule of one guard, as data that owns its parts.

use serde::{Deserialize, Serialize};

use super::rule_tree::RuleTree;
use super::spec::{AccessMode, OnInvalidToken, PolicySpec};

/// The rule of one guard, in the access matrix and in `policy.lock`.
///
/// It prints in the syntax of the attributes:
///
/// ```
/// use oidc::Policy;
/// use oidc::access::GuardRule;
///
/// #[oidc::policy(scopes = "read")]
/// struct Reader;
///
/// let rule = GuardRule::from(&Reader::SPEC);
/// assert_eq!(rule.to_string(), r#"required(scopes = "read")"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum GuardRule {
    /// Admits requests whose token satisfies the rule.
    Required(RuleTree),
    /// Admits every request; the handler sees a user if their token satisfies the rule.
    Optional {
        /// The rule that the token of a visible user satisfies.
        rule: RuleTree,
        /// Whether a request with an invalid token is rejected.
        rejects_invalid: bool,
    },
    /// Admits every request and ignores tokens.
    Public {
        /// Why the route is public.
        reason: String,
    },
    /// Admits every request, but makes a token invalid for the next guard if it does not satisfy
    /// the rule: the global policies of that guard's client
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
