//! Who issued a token, and which issuers a rule names.

use super::rule_tree::RuleTree;
use super::spec::Rule;
use crate::token::Principal;

/// The issuer of a token, as far as rules are about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IssuedBy<'t> {
    /// Its name in the configuration.
    pub(crate) name: &'t str,
    /// Whether its tokens are let in where no rule names an issuer.
    pub(crate) is_let_in_everywhere: bool,
}

impl<'t> IssuedBy<'t> {
    pub(crate) fn of(user: &'t Principal) -> Self {
        let user = user.verified();
        Self {
            name: user.issuer_name(),
            is_let_in_everywhere: user.is_let_in_everywhere(),
        }
    }

    /// Whether the rule would let in tokens of this issuer in one of its alternatives, if everything
    /// else in it held.
    pub(crate) fn may_be_let_in_by(&self, rule: &Rule) -> bool {
        let_in(rule).contains(&self.name)
    }
}

/// The only issuer that a rule lets in by name; `None` if there are several, or none.
pub(crate) fn sole_issuer(rule: &Rule) -> Option<&'static str> {
    let names = let_in(rule);
    let (first, others) = names.split_first()?;
    others.iter().all(|other| other == first).then_some(first)
}

fn let_in(rule: &Rule) -> Vec<&'static str> {
    match rule {
        Rule::Issuer(names) => names.to_vec(),
        Rule::All(rules) | Rule::Any(rules) => rules.iter().flat_map(let_in).collect(),
        Rule::Policy { spec, .. } => let_in(&spec.rule),
        Rule::Not(_)
        | Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Check { .. } => Vec::new(),
    }
}

/// The names of issuers in a rule, wherever they stand in it.
pub(crate) fn issuer_names(rule: &Rule) -> Vec<&'static str> {
    match rule {
        Rule::Issuer(names) => names.to_vec(),
        Rule::All(rules) | Rule::Any(rules) => rules.iter().flat_map(issuer_names).collect(),
        Rule::Not(rule) => issuer_names(rule),
        Rule::Policy { spec, .. } => issuer_names(&spec.rule),
        Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Check { .. } => Vec::new(),
    }
}

impl RuleTree {
    /// The same of a rule that owns its parts.
    pub(crate) fn issuer_names(&self) -> Vec<&str> {
        match self {
            Self::Issuer(names) => names.iter().map(String::as_str).collect(),
            Self::All(rules) | Self::Any(rules) => {
                rules.iter().flat_map(Self::issuer_names).collect()
            }
            Self::Not(rule) | Self::Policy { rule, .. } => rule.issuer_names(),
            Self::Scopes(_)
            | Self::Claim { .. }
            | Self::Roles(_)
            | Self::Acr(_)
            | Self::MaxAge(_)
            | Self::Via(_)
            | Self::Check { .. } => Vec::new(),
        }
    }
}
