//! The rejections of requests without credentials, each created once since they are frequent.

use std::borrow::Cow;
use std::ptr;
use std::sync::OnceLock;

use crate::answer::{Challenges, Rejection};
use crate::policy::{PolicySpec, asked_scopes};

/// How many policies have a rejection that is kept. Those of others are created anew.
const SLOTS: usize = 512;

/// The rejections, by the address of the policy that demands a token.
///
/// perf: one comparison finds most of them. In a map that is replaced as a whole they take 13 ns longer
/// (bench `mcp`, "nobody where there is a resource").
pub(super) struct Missing {
    plain: Rejection,
    by_policy: Box<[OnceLock<(usize, Rejection)>]>,
}

impl Missing {
    pub(super) fn new(challenges: &Challenges) -> Self {
        let slots = if challenges.name_scopes() { SLOTS } else { 0 };
        Self {
            plain: Rejection::missing_credentials(challenges),
            by_policy: (0..slots).map(|_| OnceLock::new()).collect(),
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
        self.kept(policy, || {
            self.plain.asking_for(challenges, scopes(policy, others))
        })
    }

    /// Asks for other scopes at routes with this policy, if none has been asked there yet.
    pub(super) fn ask(
        &self,
        policy: &'static PolicySpec,
        scopes: &[String],
        challenges: &Challenges,
    ) {
        let scopes = scopes.iter().cloned().map(Cow::Owned);
        self.kept(policy, || self.plain.asking_for(challenges, scopes));
    }

    fn kept(&self, policy: &'static PolicySpec, create: impl FnOnce() -> Rejection) -> Rejection {
        let address = ptr::from_ref(policy).addr();
        let start = address / align_of::<PolicySpec>() % self.by_policy.len().max(1);
        let (before, from) = self.by_policy.split_at(start);
        let mut create = Some(create);
        for slot in from.iter().chain(before) {
            let (kept, rejection) = slot.get_or_init(|| {
                let create = create.take().map(|create| create());
                (address, create.unwrap_or_else(|| self.plain.clone()))
            });
            if *kept == address {
                return rejection.clone();
            }
        }
        create.map_or_else(|| self.plain.clone(), |create| create())
    }
}

/// The scopes to ask for at a route with this policy, behind others.
pub(super) fn scopes<'p>(
    policy: &'p PolicySpec,
    others: &'p [&'static PolicySpec],
) -> impl Iterator<Item = Cow<'static, str>> {
    asked_by(others.iter().copied().chain([policy]))
}

/// The scopes that these policies ask for.
pub(super) fn asked_by<'p>(
    policies: impl Iterator<Item = &'p PolicySpec>,
) -> impl Iterator<Item = Cow<'static, str>> {
    let scopes = policies.flat_map(|policy| asked_scopes(&policy.rule));
    scopes.map(Cow::Borrowed)
}
