//! The effective access of a chain of guards, and which of two chains is stricter.

use crate::policy::GuardRule;
use crate::policy::RuleTree;
use crate::policy::implies;

/// Which requests pass a chain of guards, and which of them still have a user behind it.
#[derive(Clone, Debug)]
pub(crate) struct EffectiveAccess {
    /// Whether every guard ignores tokens.
    pub(crate) public: bool,
    /// Whether requests without a token pass.
    pub(crate) anonymous: bool,
    /// Whether requests with an invalid token pass.
    invalid_token: bool,
    /// Which users pass. An optional guard rejects no user, but may hide them from the guards
    /// behind.
    pub(crate) users: RuleTree,
    /// Which users are not hidden from the handler.
    seen: RuleTree,
}

impl EffectiveAccess {
    /// The outermost guard comes first.
    pub(crate) fn of(guards: &[GuardRule]) -> Self {
        let open = Self {
            public: true,
            anonymous: true,
            invalid_token: true,
            users: RuleTree::authenticated(),
            seen: RuleTree::authenticated(),
        };
        guards.iter().rev().fold(open, Self::behind)
    }

    /// The access when a guard is put in front.
    fn behind(self, guard: &GuardRule) -> Self {
        match guard {
            GuardRule::Public { .. } => self,
            GuardRule::Required(rule) => Self {
                public: false,
                anonymous: false,
                invalid_token: false,
                users: both(rule, self.users),
                seen: both(rule, self.seen),
            },
            GuardRule::Optional {
                rule,
                rejects_invalid,
            } => Self {
                public: false,
                invalid_token: self.anonymous && !rejects_invalid,
                users: either_way(rule, self.users, self.anonymous),
                seen: both(rule, self.seen),
                ..self
            },
            GuardRule::Client(rule) => Self {
                users: either_way(rule, self.users, self.invalid_token),
                seen: both(rule, self.seen),
                ..self
            },
        }
    }

    /// Whether every request that passes here passes `before` too, and has a user only if it has
    /// one there. A public route, whose handler sees no user, is the least strict.
    pub(super) fn is_at_least_as_strict_as(&self, before: &Self) -> bool {
        before.public
            || !self.public
                && (before.anonymous || !self.anonymous)
                && (before.invalid_token || !self.invalid_token)
                && implies(&self.users, &before.users)
                && implies(&self.seen, &before.seen)
    }
}

fn both(rule: &RuleTree, behind: RuleTree) -> RuleTree {
    RuleTree::All(vec![rule.clone(), behind])
}

/// Which users pass if the rule hides those who do not satisfy it; `others_pass` is whether a
/// request whose user is hidden passes the guards behind.
fn either_way(rule: &RuleTree, behind: RuleTree, others_pass: bool) -> RuleTree {
    if others_pass {
        RuleTree::Any(vec![RuleTree::Not(Box::new(rule.clone())), behind])
    } else {
        both(rule, behind)
    }
}
