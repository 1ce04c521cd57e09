//! What the doctor found, for people and for scripts.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::document::location;
use super::finding::{Finding, Level, worst};
use crate::exit::Exit;
use crate::output::style;
use crate::output::text::printable;

/// What is at the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Provider,
    Server,
    Unknown,
}

/// The findings about an address.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    address: String,
    kind: Kind,
    /// The product, if it was recognised.
    pub(super) provider: Option<&'static str>,
    /// As the discovery document says.
    pub(super) issuer: Option<String>,
    /// Whether anything answered.
    reached: bool,
    worst: Level,
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(address: &Url, kind: Kind, mut findings: Vec<Finding>) -> Self {
        // What matters most is read last, next to the prompt.
        findings.sort_by_key(|finding| finding.level);
        Self {
            address: location(address).to_owned(),
            kind,
            provider: None,
            issuer: None,
            reached: true,
            worst: worst(&findings),
            findings,
        }
    }

    pub(super) fn unreachable(address: &Url, finding: Finding) -> Self {
        let mut report = Self::new(address, Kind::Unknown, vec![finding]);
        report.reached = false;
        report
    }

    pub(super) fn gave_up(address: &Url) -> Self {
        let saw = "it answers so slowly that the check was given up";
        let fix = "try again, with a longer --timeout";
        Self::unreachable(address, Finding::problem("connection", saw).fix(fix))
    }

    pub(super) fn exit(&self) -> Exit {
        if !self.reached {
            Exit::Unreachable
        } else if self.worst == Level::Problem {
            Exit::Failure
        } else {
            Exit::Success
        }
    }

    pub(super) fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!(
            "{}  {}\n\n",
            style::strong(printable(&self.address)),
            self.title()
        );
        for finding in &self.findings {
            write_finding(&mut text, finding);
        }
        let count = |level| {
            self.findings
                .iter()
                .filter(|finding| finding.level == level)
                .count()
        };
        let _ = writeln!(
            text,
            "\n{} ok, {}, {}, {}",
            count(Level::Ok),
            counted(count(Level::Note), "note"),
            counted(count(Level::Warning), "warning"),
            counted(count(Level::Problem), "problem")
        );
        text
    }

    fn title(&self) -> String {
        match (self.kind, self.provider) {
            (Kind::Provider, Some(name)) => format!("a provider: {name}"),
            (Kind::Provider, None) => "a provider".to_owned(),
            (Kind::Server, _) => "a server with sign-in endpoints".to_owned(),
            (Kind::Unknown, _) => "neither a provider nor a server was found".to_owned(),
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn write_finding(text: &mut String, finding: &Finding) {
    let level = match finding.level {
        Level::Ok => style::good("ok     ").to_string(),
        Level::Note => style::remark("note   ").to_string(),
        Level::Warning => style::doubtful("warning").to_string(),
        Level::Problem => style::bad("problem").to_string(),
    };
    let _ = writeln!(text, "{level}  {}: {}", finding.check, finding.saw);
    if let Some(why) = &finding.why {
        let _ = writeln!(text, "         {why}");
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(text, "         {} {fix}", style::strong("fix:"));
    }
}
