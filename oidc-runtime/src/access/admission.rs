//! What several guards in a row come to, and which of two rows lets more callers in.

use super::implication::implies;
use super::route_access::RouteAccess;
use super::rule::RuleTree;

/// Who gets through a row of guards, and who is known as a user behind it.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    /// Whether no guard looks at a token.
    pub(crate) public: bool,
    /// Whether callers without a token get through.
    pub(crate) anonymous: bool,
    /// Whether callers with a bad token do.
    bad_token: bool,
    /// Which users do. An optional guard refuses no user, but hides him from guards behind it.
    pub(crate) users: RuleTree,
    /// Which users are still users then.
    seen: RuleTree,
}

impl Admission {
    /// The outermost guard comes first.
    pub(crate) fn of(guards: &[RouteAccess]) -> Self {
        let required = |guard: &RouteAccess| matches!(guard, RouteAccess::Required(_));
        let demanding = guards.iter().rposition(required).map_or(0, |last| last + 1);
        // The first optional guard leaves no bad token to those behind it.
        let rejects = guards.iter().find_map(|guard| match guard {
            RouteAccess::Optional {
                rejects_invalid, ..
            } => Some(*rejects_invalid),
            _ => None,
        });
        Self {
            public: guards.iter().all(|guard| rule(guard).is_none()),
            anonymous: demanding == 0,
            bad_token: demanding == 0 && rejects != Some(true),
            users: all(&guards[..demanding]),
            seen: all(guards),
        }
    }

    /// Whether everyone who gets through here gets through there, and is a user behind it only if
    /// he is there. Nothing is less strict than a public route, whose handler knows no users.
    pub(super) fn is_at_least_as_strict_as(&self, before: &Self) -> bool {
        before.public
            || !self.public
                && (before.anonymous || !self.anonymous)
                && (before.bad_token || !self.bad_token)
                && implies(&self.users, &before.users)
                && implies(&self.seen, &before.seen)
    }
}

fn rule(guard: &RouteAccess) -> Option<&RuleTree> {
    match guard {
        RouteAccess::Required(rule) | RouteAccess::Optional { rule, .. } => Some(rule),
        RouteAccess::Public { .. } => None,
    }
}

fn all(guards: &[RouteAccess]) -> RuleTree {
    RuleTree::All(guards.iter().filter_map(rule).cloned().collect())
}
