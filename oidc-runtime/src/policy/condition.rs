//! Statements about users that are made of rules: what the guards of a route come to.

use super::rule_tree::RuleTree;

/// A statement about a user.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// The rule holds.
    Holds(RuleTree),
    /// An alternative of the rule holds that names the user's issuer.
    LetsIn(RuleTree),
    /// The issuer is the client's own provider, or let in where no rule names one.
    LetInEverywhere,
}

impl Condition {
    /// Every user meets it.
    pub(crate) const fn nothing() -> Self {
        Self::All(Vec::new())
    }

    /// A guard with this rule admits the user. The rules `beside` it hold, and may name their issuer as
    /// well.
    pub(crate) fn admitted(rule: &RuleTree, beside: &[&RuleTree]) -> Self {
        let naming = beside.iter().copied().chain([rule]);
        let naming = naming.filter(|rule| !rule.issuer_names().is_empty());
        let naming: Vec<_> = naming.map(|rule| Self::LetsIn(rule.clone())).collect();
        let issuer = if naming.is_empty() {
            Self::LetInEverywhere
        } else {
            Self::Any([vec![Self::LetInEverywhere], naming].concat())
        };
        Self::All(vec![Self::Holds(rule.clone()), issuer])
    }
}
