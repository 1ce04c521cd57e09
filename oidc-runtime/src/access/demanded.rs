//! What a client demands of every token, beside what the routes do.

use crate::client::Oidc;
use crate::policy::{GuardRule, RuleTree};

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
