//! The four attributes, and what each of them accepts.

use std::fmt;

use crate::rules::RULES;

/// Which attribute is being expanded.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Attribute {
    Required,
    Optional,
    Public,
    Policy,
}

impl Attribute {
    /// The attributes of which a handler takes one.
    pub(crate) const OF_HANDLERS: [&str; 3] = ["required", "optional", "public"];

    /// The keys that are not rules.
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Required | Self::Policy => &["registry", "crate"],
            Self::Optional => &["invalid", "registry", "crate"],
            Self::Public => &["reason", "crate"],
        }
    }

    /// All keys.
    pub(crate) fn keys(self) -> Vec<&'static str> {
        let rules: &[_] = if self == Self::Public { &[] } else { &RULES };
        [rules, self.settings()].concat()
    }

    /// Whether the name is a rule, and the attribute takes none.
    pub(crate) fn refuses_rule(self, name: &str) -> bool {
        self == Self::Public && RULES.contains(&name)
    }

    /// A correct argument.
    pub(crate) fn example(self) -> &'static str {
        if self == Self::Public {
            "reason = \"health check\""
        } else {
            "scopes = \"read\""
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Required => "#[oidc::required]",
            Self::Optional => "#[oidc::optional]",
            Self::Public => "#[oidc::public]",
            Self::Policy => "#[oidc::policy]",
        })
    }
}
