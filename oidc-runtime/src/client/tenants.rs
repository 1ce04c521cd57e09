//! Which issuer the users of a request belong to, where each tenant has its own.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;

use http::uri::Authority;

use crate::request::RequestParts;

type Find = dyn Fn(&RequestParts<'_>) -> Option<String> + Send + Sync;

/// How the tenant of a request is found, for [`Oidc::for_tenants`](crate::Oidc::for_tenants). A tenant is an issuer, by its name
/// in rules.
///
/// ```
/// use oidc::Tenants;
///
/// let by_host = Tenants::by_host([("a.example", "own"), ("b.example", "partner")]);
/// let by_path = Tenants::by_path("tenant"); // of `/t/{tenant}/orders`
/// let by_query = Tenants::by(|request| Some(request.query()?.strip_prefix("tenant=")?.to_owned()));
/// ```
#[derive(Clone)]
pub struct Tenants(Kind);

#[derive(Clone)]
enum Kind {
    Host(BTreeMap<String, String>),
    Path(String),
    Function(Arc<Find>),
}

impl Tenants {
    /// By the host that the request is for: pairs of a host and the name of an issuer.
    /// Case and port of the host do not matter. Fields that proxies add, such as `Forwarded`, are not
    /// looked at, so a proxy in front has to pass the host on.
    pub fn by_host<H: Into<String>, N: Into<String>>(
        tenants: impl IntoIterator<Item = (H, N)>,
    ) -> Self {
        let tenants = tenants.into_iter();
        let plain = |(given, name): (H, N)| {
            let given = given.into();
            (host(&given).unwrap_or(given), name.into())
        };
        Self(Kind::Host(tenants.map(plain).collect()))
    }

    /// By a parameter of the route's path, which is the name of an issuer: `tenant` for
    /// `/t/{tenant}/orders`. It is compared exactly.
    pub fn by_path(parameter: impl Into<String>) -> Self {
        Self(Kind::Path(parameter.into()))
    }

    /// By a function of your own, which returns the name of an issuer. A request whose tenant is `None`
    /// is rejected. It has to be fast and must not block.
    pub fn by(
        function: impl Fn(&RequestParts<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self(Kind::Function(Arc::new(function)))
    }

    /// The issuers that it may name, if they are known.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let hosts = match &self.0 {
            Kind::Host(hosts) => Some(hosts),
            Kind::Path(_) | Kind::Function(_) => None,
        };
        hosts.into_iter().flatten().map(|(_, name)| name.as_str())
    }

    /// Whether a request may belong to this issuer.
    #[cfg(feature = "utoipa")]
    pub(super) fn may_name(&self, issuer: &str) -> bool {
        match &self.0 {
            Kind::Host(hosts) => hosts.values().any(|name| name == issuer),
            Kind::Path(_) | Kind::Function(_) => true,
        }
    }

    pub(super) fn of(&self, request: &RequestParts<'_>) -> Option<String> {
        match &self.0 {
            Kind::Host(hosts) => hosts.get(&host_of(request)?).cloned(),
            Kind::Path(parameter) => request.path_param(parameter),
            Kind::Function(function) => function(request),
        }
    }
}

/// The host that a request is for, in lower case, without port (RFC 9110 §7.2). `None` if that is not
/// clear.
fn host_of(request: &RequestParts<'_>) -> Option<String> {
    let mut fields = request.fields("host");
    let field = match (fields.next(), fields.next()) {
        (None, _) => None,
        (Some(field), None) => Some(host(str::from_utf8(field).ok()?)?),
        (Some(_), Some(_)) => return None,
    };
    let target = match request.authority() {
        None => None,
        Some(authority) => Some(host(authority)?),
    };
    match (field, target) {
        (Some(field), Some(target)) => (field == target).then_some(field),
        (field, target) => field.or(target),
    }
}

fn host(authority: &str) -> Option<String> {
    let is_plain = !authority.contains('@');
    let authority = Authority::from_str(authority).ok()?;
    is_plain.then(|| authority.host().to_ascii_lowercase())
}

impl fmt::Debug for Tenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Host(hosts) => f.debug_tuple("Host").field(hosts).finish(),
            Kind::Path(parameter) => f.debug_tuple("Path").field(parameter).finish(),
            Kind::Function(_) => f.write_str("Function"),
        }
    }
}
