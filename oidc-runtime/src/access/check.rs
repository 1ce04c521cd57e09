//! Mistakes of a matrix that only a client's configuration shows.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use super::demanded::{demands, guards_for};
use super::matrix::AccessMatrix;
use crate::client::Oidc;
use crate::policy::{GuardRule, RuleTree};

/// A mistake that [`Oidc::check`] has found.
///
/// ```
/// use oidc::access::Finding;
///
/// fn print(findings: &[Finding]) {
///     for Finding { path, issuer, .. } in findings {
///         println!("{path} names {issuer}");
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Finding {
    /// The path of the route, see [`RouteEntry::path`](super::RouteEntry::path).
    pub path: String,
    /// The name in one of its rules that no issuer of the client has.
    pub issuer: String,
}

impl Display for Finding {
    /// Writes for example `/orders: unknown issuer "partnr"`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: unknown issuer {:?}", self.path, self.issuer)
    }
}

impl Oidc {
    /// Finds the rules `issuer = ".."` whose names this client does not have. They let nobody in, but are
    /// no compile errors, since issuers are configured at run time.
    ///
    /// Each name is listed once for each path, sorted. The client's global policies count where its guards
    /// are. The client may be a dummy with the same names, because this does no I/O. If layers belong to
    /// other clients, names that only those have are listed as well.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required(issuer("own", "partnr"))]
    /// async fn list() {}
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let router: Router<Oidc> = Router::new().route("/orders", get(list));
    /// # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org").build()?;
    /// // In a test:
    /// let findings: Vec<_> = oidc.check(&router.access()).iter().map(ToString::to_string).collect();
    /// assert_eq!(findings, [r#"/orders: unknown issuer "partnr""#]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn check(&self, matrix: &AccessMatrix) -> Vec<Finding> {
        let client = demands(self);
        let mut findings = BTreeSet::new();
        for route in &matrix.routes {
            for guard in guards_for(Some(&client), &route.guards) {
                let names = guard.rule().map(RuleTree::issuer_names);
                let names = names.into_iter().flatten();
                findings.extend(
                    names
                        .filter(|name| !self.has_issuer(name))
                        .map(|name| Finding {
                            path: route.path.clone(),
                            issuer: name.to_owned(),
                        }),
                );
            }
        }
        findings.into_iter().collect()
    }

    fn has_issuer(&self, name: &str) -> bool {
        self.config().issuer_names().any(|known| known == name)
    }
}

impl GuardRule {
    /// The rule for tokens, unless they are ignored.
    fn rule(&self) -> Option<&RuleTree> {
        match self {
            Self::Required(rule) | Self::Optional { rule, .. } | Self::Client(rule) => Some(rule),
            Self::Public { .. } => None,
        }
    }
}
