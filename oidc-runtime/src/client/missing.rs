//! The rejections of requests without credentials, each created once since they are frequent.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ptr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use foldhash::fast::RandomState;

use crate::answer::{Challenges, Rejection};
use crate::policy::{PolicySpec, asked_scopes};

/// The rejections, by the address of the policy that demands a token. Policies are constants, so there
/// is a bounded number of them.
pub(super) struct Missing {
    plain: Rejection,
    by_policy: ArcSwap<HashMap<usize, Rejection, RandomState>>,
}

impl Missing {
    pub(super) fn new(challenges: &Challenges) -> Self {
        Self {
            plain: Rejection::missing_credentials(challenges),
            by_policy: ArcSwap::default(),
        }
    }

    /// Where no scopes are demanded, or none are told.
    pub(super) fn plain(&self) -> &Rejection {
        &self.plain
    }

    /// At a route with this policy, behind others.
    pub(super) fn of(
        &self,
        policy: &'static PolicySpec,
        others: &[&'static PolicySpec],
        challenges: &Challenges,
    ) -> Rejection {
        if !challenges.name_scopes() {
            return self.plain.clone();
        }
        let address = ptr::from_ref(policy).addr();
        if let Some(rejection) = self.by_policy.load().get(&address) {
            return rejection.clone();
        }
        let rejection = self.plain.asking_for(challenges, scopes(policy, others));
        self.set(policy, &rejection);
        rejection
    }

    /// Asks for other scopes at routes with this policy.
    pub(super) fn ask(
        &self,
        policy: &'static PolicySpec,
        scopes: &[String],
        challenges: &Challenges,
    ) {
        let scopes = scopes.iter().cloned().map(Cow::Owned);
        self.set(policy, &self.plain.asking_for(challenges, scopes));
    }

    fn set(&self, policy: &'static PolicySpec, rejection: &Rejection) {
        let address = ptr::from_ref(policy).addr();
        self.by_policy.rcu(|known| {
            let mut known = HashMap::clone(known);
            known.insert(address, rejection.clone());
            Arc::new(known)
        });
    }
}

/// The scopes to ask for at a route with this policy, behind others.
pub(super) fn scopes(
    policy: &PolicySpec,
    others: &[&'static PolicySpec],
) -> impl Iterator<Item = Cow<'static, str>> {
    let rules = others.iter().map(|other| &other.rule).chain([&policy.rule]);
    rules.flat_map(asked_scopes).map(Cow::Borrowed)
}
