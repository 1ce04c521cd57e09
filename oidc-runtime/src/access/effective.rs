//! What several guards in a row come to, and which of two rows lets more callers in.

use crate::policy::GuardRule;
use crate::policy::RuleTree;
use crate::policy::implies;

/// Who gets through a row of guards, and who is known as a user behind it.
#[derive(Clone, Debug)]
pub(crate) struct EffectiveAccess {
    /// Whether no guard looks at a token.
    pub(crate) public: bool,
    /// Whether callers without a token get through.
    pub(crate) anonymous: bool,
    /// Whether callers with a bad token do.
    bad_token: bool,
    /// Which users do. An optional guard refuses no user, but hides one from guards behind it.
    pub(crate) users: RuleTree,
    /// Which users are still users then.
    seen: RuleTree,
}

impl EffectiveAccess {
    /// The outermost guard comes first.
    pub(crate) fn of(guards: &[GuardRule]) -> Self {
        let open = Self {
            public: true,
            anonymous: true,
            bad_token: true,
            users: RuleTree::authenticated(),
            seen: RuleTree::authenticated(),
        };
        guards.iter().rev().fold(open, Self::behind)
    }

    /// What a guard in front makes of it.
    fn behind(self, guard: &GuardRule) -> Self {
        match guard {
            GuardRule::Public { .. } => self,
            GuardRule::Required(rule) => Self {
                public: false,
                anonymous: false,
                bad_token: false,
                users: both(rule, self.users),
                seen: both(rule, self.seen),
            },
            GuardRule::Optional {
                rule,
                rejects_invalid,
            } => Self {
                public: false,
                bad_token: self.anonymous && !rejects_invalid,
                users: either_way(rule, self.users, self.anonymous),
                seen: both(rule, self.seen),
                ..self
            },
            GuardRule::Client(rule) => Self {
                users: either_way(rule, self.users, self.bad_token),
                seen: both(rule, self.seen),
                ..self
            },
        }
    }

    /// Whether everyone who gets through here gets through there, and is a user behind it only if
    /// they are there. Nothing is less strict than a public route, whose handler knows no users.
    pub(super) fn is_at_least_as_strict_as(&self, before: &Self) -> bool {
        before.public
            || !self.public
                && (before.anonymous || !self.anonymous)
                && (before.bad_token || !self.bad_token)
                && implies(&self.users, &before.users)
                && implies(&self.seen, &before.seen)
    }
}

fn both(rule: &RuleTree, behind: RuleTree) -> RuleTree {
    RuleTree::All(vec![rule.clone(), behind])
}

/// Who gets through if those who do not satisfy the rule are no users any more, which may be no
/// obstacle.
fn either_way(rule: &RuleTree, behind: RuleTree, others_pass: bool) -> RuleTree {
    if others_pass {
        RuleTree::Any(vec![RuleTree::Not(Box::new(rule.clone())), behind])
    } else {
        both(rule, behind)
    }
}
