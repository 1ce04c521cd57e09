//! The tools of an MCP server and their rules.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::policy::{Authenticated, Policy, PolicySpec};

/// The tools of an MCP server, each with the policy that its callers have to satisfy, in addition to
/// the server's base policy.
///
/// `#[oidc::tools]` writes them from the attributes of the tools. Tools that are known at run time
/// only are added by hand:
///
/// ```
/// use oidc::Tools;
///
/// #[oidc::policy(scopes = "notes:write")]
/// struct Writer;
///
/// let tools = Tools::new().with("delete_note", Writer);
/// assert_eq!(tools.names().collect::<Vec<_>>(), ["delete_note"]);
/// ```
///
/// A tool that is not among them is not run, unless [`unknown`](Self::unknown) says otherwise.
#[derive(Clone, Default)]
pub struct Tools {
    rules: BTreeMap<Cow<'static, str>, &'static PolicySpec>,
    unknown: Unknown,
}

/// A server whose tools have no rules of their own: its base policy decides alone, and no body is
/// read.
///
/// Together with tools that have rules, it says that the base policy decides about all others:
///
/// ```
/// use oidc::{NoTools, Tools};
///
/// #[oidc::policy(scopes = "notes:write")]
/// struct Writer;
///
/// assert_eq!(Tools::from(NoTools).names().count(), 0);
/// let tools = Tools::from(NoTools).with("delete_note", Writer);
/// assert_eq!(tools.names().collect::<Vec<_>>(), ["delete_note"]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a name without content")]
pub struct NoTools;

/// What happens to a call of a tool that is not listed.
#[derive(Clone, Copy, Default)]
enum Unknown {
    #[default]
    Refused,
    /// It needs this policy.
    Admitted(&'static PolicySpec),
    /// The base policy decides about it.
    Unasked,
}

/// What the base policy's users satisfy already.
const NOTHING_MORE: &PolicySpec = &<Authenticated as Policy>::SPEC;

/// Whether a tool may be called.
pub(super) enum ToolRule {
    Needs(&'static PolicySpec),
    Unknown,
}

impl Tools {
    /// No tools yet: every call is refused.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Called by the code that `#[oidc::tools]` writes.
    #[doc(hidden)]
    #[must_use]
    pub fn of(rules: &[(&'static str, &'static PolicySpec)]) -> Self {
        let rules = rules
            .iter()
            .map(|(name, rule)| (Cow::Borrowed(*name), *rule));
        Self {
            rules: rules.collect(),
            unknown: Unknown::Refused,
        }
    }

    /// Adds a tool, in place of an older one of this name. Names are compared exactly.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value only names its type"
    )]
    pub fn with<P: Policy>(mut self, name: impl Into<Cow<'static, str>>, policy: P) -> Self {
        let _ = policy;
        self.rules.insert(name.into(), const { &P::SPEC });
        self
    }

    /// Adds the tools of another list, such as that of a second `#[oidc::tools]` block. What it says about
    /// unknown tools counts, unless it says nothing.
    ///
    /// ```
    /// use oidc::Tools;
    ///
    /// #[oidc::policy(scopes = "notes:write")]
    /// struct Writer;
    ///
    /// let notes = Tools::new().with("delete_note", Writer);
    /// let folders = Tools::new().with("delete_folder", Writer);
    /// assert_eq!(notes.and(folders).names().count(), 2);
    /// ```
    ///
    /// # Panics
    /// If both have a tool of a name: its rules could differ.
    #[must_use]
    #[track_caller]
    pub fn and(mut self, other: impl Into<Self>) -> Self {
        let other = other.into();
        for (name, rule) in other.rules {
            assert!(
                !self.rules.contains_key(&name),
                "both lists have the tool `{name}`"
            );
            self.rules.insert(name, rule);
        }
        if !matches!(other.unknown, Unknown::Refused) {
            self.unknown = other.unknown;
        }
        self
    }

    /// Lets users who satisfy the policy call tools that are not listed.
    ///
    /// ```
    /// use oidc::Tools;
    ///
    /// #[oidc::policy(roles = "developer")]
    /// struct Developer;
    ///
    /// let tools = Tools::new().unknown(Developer);
    /// ```
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value only names its type"
    )]
    pub fn unknown<P: Policy>(mut self, policy: P) -> Self {
        let _ = policy;
        self.unknown = Unknown::Admitted(const { &P::SPEC });
        self
    }

    /// The names of the listed tools, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().map(|name| &**name)
    }

    /// Whether any rule depends on what a request calls.
    pub(super) fn have_rules(&self) -> bool {
        !self.rules.is_empty() || !matches!(self.unknown, Unknown::Unasked)
    }

    pub(super) fn rule(&self, name: &str) -> ToolRule {
        match (self.rules.get(name).copied(), self.unknown) {
            (Some(rule), _) | (None, Unknown::Admitted(rule)) => ToolRule::Needs(rule),
            (None, Unknown::Unasked) => ToolRule::Needs(NOTHING_MORE),
            (None, Unknown::Refused) => ToolRule::Unknown,
        }
    }

    /// Each tool with its rule, and the rule of all others as that of no name.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (Option<&str>, &'static PolicySpec)> {
        let unknown = match self.unknown {
            Unknown::Admitted(rule) => Some((None, rule)),
            Unknown::Unasked if self.have_rules() => Some((None, NOTHING_MORE)),
            Unknown::Refused | Unknown::Unasked => None,
        };
        let listed = self.rules.iter().map(|(name, rule)| (Some(&**name), *rule));
        listed.chain(unknown)
    }
}

impl From<NoTools> for Tools {
    fn from(_: NoTools) -> Self {
        Self {
            rules: BTreeMap::new(),
            unknown: Unknown::Unasked,
        }
    }
}

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.rules.keys()).finish()
    }
}
