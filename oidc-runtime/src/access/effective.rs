//! The effective access of a chain of guards, and which of two chains is stricter.

use crate::policy::{Condition, GuardRule, RuleTree, entails};

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
    ///
    /// One whom it rejects because of their issuer counts as hidden: the same request passes without its
    /// token.
    pub(crate) users: Condition,
    /// Which users are not hidden from the handler.
    pub(crate) seen: Condition,
}

impl EffectiveAccess {
    /// The outermost guard comes first.
    pub(crate) fn of(guards: &[GuardRule]) -> Self {
        Self::of_chain(guards, false)
    }

    /// Of the row of a tool, whose rule comes last and is one with the base policy of the server.
    pub(super) fn of_tool(guards: &[GuardRule]) -> Self {
        Self::of_chain(guards, true)
    }

    fn of_chain(guards: &[GuardRule], is_tool: bool) -> Self {
        let open = Self {
            public: true,
            anonymous: true,
            invalid_token: true,
            users: Condition::nothing(),
            seen: Condition::nothing(),
        };
        let guards_in_order = guards.iter().enumerate().rev();
        guards_in_order.fold(open, |behind, (at, guard)| {
            let is_of_tool = is_tool && at + 1 == guards.len();
            behind.behind(guard, &rules_beside(&guards[..at], is_of_tool))
        })
    }

    /// The access when a guard is put in front, which is one rule with those `beside` it.
    fn behind(self, guard: &GuardRule, beside: &[&RuleTree]) -> Self {
        let admitted = |rule| Condition::admitted(rule, beside);
        match guard {
            GuardRule::Public { .. } => self,
            GuardRule::Required(rule) => Self {
                public: false,
                anonymous: false,
                invalid_token: false,
                users: both(admitted(rule), self.users),
                seen: both(admitted(rule), self.seen),
            },
            GuardRule::Optional {
                rule,
                rejects_invalid,
            } => Self {
                public: false,
                invalid_token: self.anonymous && !rejects_invalid,
                users: either_way(admitted(rule), self.users, self.anonymous),
                seen: both(admitted(rule), self.seen),
                ..self
            },
            GuardRule::Client(rule) => Self {
                users: either_way(holds(rule), self.users, self.invalid_token),
                seen: both(holds(rule), self.seen),
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
                && entails(&self.users, &before.users)
                && entails(&self.seen, &before.seen)
    }
}

/// The rules that let in the issuers that they name as the guard's own does: the global policies in front
/// of it, and those that the rule of a tool stands behind.
fn rules_beside(in_front: &[GuardRule], is_of_tool: bool) -> Vec<&RuleTree> {
    match in_front.split_last() {
        Some((GuardRule::Client(rule), more)) if is_of_tool => {
            [vec![rule], rules_beside(more, true)].concat()
        }
        Some((GuardRule::Client(rule), _)) => vec![rule],
        Some((GuardRule::Required(base), more)) if is_of_tool => {
            [vec![base], rules_beside(more, false)].concat()
        }
        _ => Vec::new(),
    }
}

fn holds(rule: &RuleTree) -> Condition {
    Condition::Holds(rule.clone())
}

fn both(condition: Condition, behind: Condition) -> Condition {
    Condition::All(vec![condition, behind])
}

/// Which users pass if those who do not meet the condition are hidden; `others_pass` is whether a
/// request whose user is hidden passes the guards behind.
fn either_way(condition: Condition, behind: Condition, others_pass: bool) -> Condition {
    if others_pass {
        Condition::Any(vec![Condition::Not(Box::new(condition)), behind])
    } else {
        both(condition, behind)
    }
}
