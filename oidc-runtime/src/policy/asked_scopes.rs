//! The scopes that a client without a valid token is asked for.

use super::scope::OAuthScope;
use super::spec::Rule;

/// The scopes with which the rule may hold, each as written: of alternatives those of the first one.
pub(crate) fn asked_scopes(rule: &Rule) -> Vec<&'static str> {
    match rule {
        Rule::Scopes(scopes) => scopes.iter().map(OAuthScope::name).collect(),
        Rule::All(rules) => rules.iter().flat_map(asked_scopes).collect(),
        Rule::Any(rules) => rules.first().map(asked_scopes).unwrap_or_default(),
        Rule::Policy { spec, .. } => asked_scopes(&spec.rule),
        Rule::Not(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn scope(name: &'static str) -> Rule {
        Rule::scope(OAuthScope::plain(name))
    }

    #[test]
    fn of_alternatives_the_first_is_asked_for() {
        const ADMIN_OR_READ: Rule = Rule::Any(&[scope("admin"), scope("read")]);
        const ROLE_OR_READ: Rule = Rule::Any(&[Rule::Roles(&["admin"]), scope("read")]);
        const BOTH: Rule = Rule::All(&[scope("a"), ADMIN_OR_READ, Rule::Roles(&["x"])]);
        const NOT: Rule = Rule::Not(&scope("a"));
        for (rule, expected) in [
            (ADMIN_OR_READ, &["admin"][..]),
            (ROLE_OR_READ, &[]),
            (BOTH, &["a", "admin"]),
            (NOT, &[]),
            (Rule::Any(&[]), &[]),
        ] {
            assert_eq!(asked_scopes(&rule), expected);
        }
    }
}
