//! What a client demands of every token, besides what the routes do.

use super::guard_rule::GuardRule;
use super::matrix::AccessMatrix;
use super::rule::RuleTree;
use crate::oidc::Oidc;

impl AccessMatrix {
    /// Adds what the client demands of every token ([`OidcBuilder::require`](crate::OidcBuilder::require)),
    /// so that it is shown, and locked. The client is the one that guards the handlers: the one in
    /// the router's state, or in `app_data`. Layers bring what their own client demands.
    ///
    /// ```no_run
    /// # use oidc_runtime::{Oidc, access::AccessMatrix};
    /// # let oidc = Oidc::from_env().unwrap();
    /// # let matrix = AccessMatrix::default();
    /// matrix.for_client(&oidc).assert_locked("policy.lock");
    /// ```
    #[must_use]
    pub fn for_client(mut self, oidc: &Oidc) -> Self {
        self.client = Some(demands(oidc));
        self
    }
}

/// The rule that every token has to satisfy.
pub(super) fn demands(oidc: &Oidc) -> RuleTree {
    let policies = oidc.config().global_policies.iter();
    RuleTree::All(policies.map(|spec| RuleTree::named(spec)).collect())
}

impl GuardRule {
    /// The guard behind what its client demands of every token, if it looks at any.
    pub(super) fn behind(self, demanded: &RuleTree) -> Vec<Self> {
        if demanded.is_nothing() || matches!(self, Self::Public { .. }) {
            return vec![self];
        }
        vec![Self::Client(demanded.clone()), self]
    }
}

/// The guards of a route, of which the last is the handler's own, with what the handler's client
/// demands in front of that.
pub(super) fn guards_for(client: Option<&RuleTree>, guards: &[GuardRule]) -> Vec<GuardRule> {
    match (client, guards.split_last()) {
        (Some(client), Some((own, layers))) => [layers, &own.clone().behind(client)].concat(),
        _ => guards.to_vec(),
    }
}
