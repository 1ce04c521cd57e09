//! Evaluates a rule, and whether it lets in the issuer of a token.
//!
//! A token whose issuer is not let in everywhere is let in only where a rule names it, which is decided
//! for each alternative by itself: of `any(roles = "admin", all(issuer = "partner", claims(tier = "gold")))` the first one lets
//! in no token of `partner`, whatever roles it claims. What is negated names nobody.

use super::evaluate::{EvalContext, Evaluation, every, holds, knows_too_little, some};
use super::spec::Rule;

/// The results for a token; `None` if one depends on a check without a result yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Appraisal {
    pub(crate) holds: Option<bool>,
    /// Whether an alternative holds that names the issuer of the token; always for issuers that are let in
    /// everywhere.
    pub(crate) lets_in: Option<bool>,
}

/// Evaluates the rule both ways.
pub(crate) fn appraise(rule: &Rule, context: &EvalContext<'_>) -> Appraisal {
    if context.issuer.is_let_in_everywhere {
        return Appraisal {
            holds: holds(rule, context),
            lets_in: Some(true),
        };
    }
    if knows_too_little(rule, context) {
        return Appraisal {
            holds: Some(false),
            lets_in: Some(false),
        };
    }
    Evaluation {
        context,
        checks_seen: 0,
    }
    .appraise(rule)
}

impl Evaluation<'_> {
    fn appraise(&mut self, rule: &Rule) -> Appraisal {
        match rule {
            Rule::All(rules) => {
                let (holds, lets_in) = self.appraise_each(rules);
                let holds = every(&holds);
                Appraisal {
                    holds,
                    lets_in: every(&[holds, some(&lets_in)]),
                }
            }
            Rule::Any(rules) => {
                let (holds, lets_in) = self.appraise_each(rules);
                Appraisal {
                    holds: some(&holds),
                    lets_in: some(&lets_in),
                }
            }
            Rule::Policy { spec, .. } => self.appraise(&spec.rule),
            Rule::Issuer(_) => {
                let holds = self.rule(rule);
                Appraisal {
                    holds,
                    lets_in: holds,
                }
            }
            Rule::Not(_)
            | Rule::Scopes(_)
            | Rule::Claim { .. }
            | Rule::Roles(_)
            | Rule::Acr(_)
            | Rule::MaxAge(_)
            | Rule::Via(_)
            | Rule::Check { .. } => Appraisal {
                holds: self.rule(rule),
                lets_in: Some(false),
            },
        }
    }

    /// Of each rule whether it holds and whether it lets in.
    fn appraise_each(&mut self, rules: &[Rule]) -> (Vec<Option<bool>>, Vec<Option<bool>>) {
        let appraisals = rules.iter().map(|rule| self.appraise(rule));
        appraisals
            .map(|Appraisal { holds, lets_in }| (holds, lets_in))
            .unzip()
    }
}
