//! What the doctor says about one thing.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It works, and some clients or users will have trouble.
    Warning,
    /// Sign-ins or tokens fail, or are not secure.
    Problem,
}

/// What was seen, why it matters, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) level: Level,
    /// What was checked; these names never change.
    pub(crate) check: &'static str,
    pub(crate) saw: String,
    pub(crate) why: Option<String>,
    pub(crate) fix: Option<String>,
}

impl Finding {
    fn new(level: Level, check: &'static str, saw: impl Into<String>) -> Self {
        Self {
            level,
            check,
            saw: saw.into(),
            why: None,
            fix: None,
        }
    }

    pub(crate) fn ok(check: &'static str, saw: impl Into<String>) -> Self {
        Self::new(Level::Ok, check, saw)
    }

    pub(crate) fn note(check: &'static str, saw: impl Into<String>) -> Self {
        Self::new(Level::Note, check, saw)
    }

    pub(crate) fn warning(check: &'static str, saw: impl Into<String>) -> Self {
        Self::new(Level::Warning, check, saw)
    }

    pub(crate) fn problem(check: &'static str, saw: impl Into<String>) -> Self {
        Self::new(Level::Problem, check, saw)
    }

    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// The worst level, if anything was checked.
pub(crate) fn worst(findings: &[Finding]) -> Level {
    let levels = findings.iter().map(|finding| finding.level);
    levels.max().unwrap_or(Level::Ok)
}
