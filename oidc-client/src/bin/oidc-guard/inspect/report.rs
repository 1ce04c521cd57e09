//! What is said about a token, for people and for scripts.

use std::fmt::Write as _;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::reading::{Kind, Reading};
use super::reason::Reason;
use super::verdict::{User, Verdict};
use super::when::moment;
use crate::exit::Exit;
use crate::output::style;
use crate::output::text::printable;

/// Names of claims may be URLs.
const MAX_NAME_WIDTH: usize = 24;

/// The verdict and its explanation.
pub(super) struct Report {
    pub(super) verdict: Verdict,
    pub(super) reason: Option<Reason>,
    /// What else is wrong.
    pub(super) further: Vec<Reason>,
    pub(super) token: Reading,
    pub(super) now: SystemTime,
}

impl Report {
    pub(super) fn exit(&self) -> Exit {
        match self.verdict.is_valid() {
            Some(true) => Exit::Success,
            Some(false) => Exit::Failure,
            None => Exit::Unreachable,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let user = match &self.verdict {
            Verdict::Valid(user) => Some(user),
            _ => None,
        };
        json!({
            "valid": self.verdict.is_valid(),
            "reason": self.reason,
            "further": self.further,
            "user": user,
            "token": self.token,
        })
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        let headline = match &self.verdict {
            Verdict::Valid(_) => style::good("valid: the server accepts this access token"),
            Verdict::Partner(_) => style::doubtful("valid: the server accepts it at some routes"),
            Verdict::Invalid(_) => style::bad("not valid: the server rejects this token"),
            Verdict::Undecided(_) => style::doubtful("undecided: the server could not tell"),
        };
        let _ = writeln!(text, "{headline}");
        for reason in self.reason.iter().chain(&self.further) {
            let _ = writeln!(text, "  {} ({})", reason.message, reason.code);
            let _ = writeln!(text, "    {} {}", style::strong("fix:"), reason.fix);
        }
        if let Verdict::Valid(user) = &self.verdict {
            self.write_user(&mut text, user);
        }
        self.write_token(&mut text);
        text
    }

    fn write_user(&self, text: &mut String, user: &User) {
        #[expect(clippy::cast_precision_loss, reason = "dates are far below")]
        let expires = moment(user.expires as f64, self.now);
        let list = |items: &[String]| {
            if items.is_empty() {
                "none".to_owned()
            } else {
                printable(&items.join(" "))
            }
        };
        for (name, value) in [
            ("subject", printable(&user.subject)),
            (
                "issuer",
                format!("{} ({})", printable(&user.issuer), user.issuer_name),
            ),
            (
                "application",
                user.client_id
                    .as_deref()
                    .map_or("not named".to_owned(), printable),
            ),
            ("scopes", list(&user.scopes)),
            ("roles", list(&user.roles)),
            ("expires", expires),
        ] {
            let _ = writeln!(text, "  {name:<12} {value}");
        }
    }

    fn write_token(&self, text: &mut String) {
        match self.token.kind {
            Kind::Opaque => return,
            Kind::Encrypted => {
                let _ = writeln!(text, "\nEncrypted. Its header says:");
            }
            Kind::Jwt if matches!(self.verdict, Verdict::Valid(_)) => {
                let _ = writeln!(text, "\nHeader and claims:");
            }
            Kind::Jwt => {
                let warning = "NOT VERIFIED: what follows proves nothing, anybody can write it.";
                let _ = writeln!(text, "\n{} Header and claims say:", style::bad(warning));
            }
        }
        let parts = [&self.token.header, &self.token.claims];
        let parts = || parts.into_iter().flatten();
        let lengths = parts().flatten().map(|(name, _)| name.chars().count());
        let width = lengths.max().unwrap_or_default().min(MAX_NAME_WIDTH);
        for members in parts() {
            self.write_members(text, members, width);
        }
    }

    fn write_members(&self, text: &mut String, members: &Map<String, Value>, width: usize) {
        for (name, value) in members {
            let value = match value {
                Value::String(string) => printable(string),
                other => printable(&other.to_string()),
            };
            let remark = match (name.as_str(), members[name].as_f64()) {
                ("exp" | "nbf" | "iat" | "auth_time", Some(at)) => {
                    format!("  {}", style::remark(moment(at, self.now)))
                }
                _ => String::new(),
            };
            let _ = writeln!(text, "  {:<width$} {value}{remark}", printable(name));
        }
    }
}
