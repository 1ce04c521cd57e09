//! Rules as people write them.

use std::fmt::{self, Display, Formatter};

use super::spec::{PolicySpec, Rule};
use crate::access::{GuardRule, RuleTree};

impl Display for Rule {
    /// Writes the rule in the language of the attributes.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        RuleTree::from(self).fmt(f)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl Display for PolicySpec {
    /// Writes how the route is guarded, for example `required(scopes = "read")`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        GuardRule::from(self).fmt(f)
    }
}
