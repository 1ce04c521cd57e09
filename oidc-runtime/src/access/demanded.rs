//! A client's global policies among the guards of its routes.

use crate::client::Oidc;
use crate::policy::{GuardRule, RuleTree};

/// The rule that every token of this client has to satisfy.
pub(super) fn demands(oidc: &Oidc) -> RuleTree {
    let policies = oidc.config().global_policies.iter();
    RuleTree::All(policies.map(|spec| RuleTree::named(spec)).collect())
}

impl GuardRule {
    /// This guard behind its client's global policies, unless it ignores tokens.
    pub(super) fn behind(self, demanded: &RuleTree) -> Vec<Self> {
        if demanded.is_nothing() || matches!(self, Self::Public { .. }) {
            return vec![self];
        }
        vec![Self::Client(demanded.clone()), self]
    }
}

/// The guards of a route, with the global policies of the handler's client in front of the last
/// one, which is the handler's own.
pub(super) fn guards_for(client: Option<&RuleTree>, guards: &[GuardRule]) -> Vec<GuardRule> {
    match (client, guards.split_last()) {
        (Some(client), Some((own, layers))) => [layers, &own.clone().behind(client)].concat(),
        _ => guards.to_vec(),
    }
}
