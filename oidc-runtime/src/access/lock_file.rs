//! The contents of `policy.lock`.

use serde::{Deserialize, Serialize};

use super::demanded::guards_for;
use super::extent::Extent;
use super::framework::Framework;
use super::matrix::{AccessMatrix, RouteEntry};
use crate::policy::{GuardRule, RuleTree};

/// Version 1 lacked the order of routes and the framework.
const VERSION: u32 = 2;

#[derive(PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    #[serde(deserialize_with = "known_version")]
    version: u32,
    pub(super) framework: Framework,
    #[serde(default)]
    pub(super) client: Option<RuleTree>,
    pub(super) routes: Vec<LockedRoute>,
}

/// A route in the lock file; [`Loosened::before`](super::Loosened::before) contains one.
///
/// ```
/// use oidc::access::{LockedRoute, Loosened};
///
/// fn paths_before(loosened: &[Loosened]) -> Vec<&str> {
///     let before = loosened.iter().filter_map(|route| route.before.as_ref());
///     before.map(|LockedRoute { path, .. }| path.as_str()).collect()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LockedRoute {
    /// See [`RouteEntry::method`].
    pub method: String,
    /// See [`RouteEntry::path`].
    pub path: String,
    /// See [`RouteEntry::extent`].
    #[serde(default, skip_serializing_if = "Extent::is_pattern")]
    pub extent: Extent,
    /// See [`RouteEntry::guards`].
    pub guards: Vec<GuardRule>,
}

impl Lock {
    pub(super) fn of(matrix: &AccessMatrix, routes: &[&RouteEntry]) -> Self {
        let routes = routes.iter().map(|route| LockedRoute {
            method: route.method.to_owned(),
            path: route.path.clone(),
            extent: route.extent,
            guards: route.guards.clone(),
        });
        Self {
            version: VERSION,
            framework: matrix.framework,
            client: matrix.client.clone(),
            routes: routes.collect(),
        }
    }

    /// JSON with one route per line, so that a diff shows what changed.
    pub(super) fn to_text(&self) -> String {
        let client = self.client.as_ref().map(|rule| ("client", json(rule)));
        let members = [
            ("version", json(&self.version)),
            ("framework", json(&self.framework)),
        ];
        let members = members.into_iter().chain(client);
        let members = members.map(|(name, value)| format!("  \"{name}\": {value},\n"));
        let members: String = members.collect();
        let routes: Vec<_> = self.routes.iter().map(json).collect();
        let routes: Vec<_> = routes.iter().map(|line| format!("\n    {line}")).collect();
        format!(
            "{{\n{members}  \"routes\": [{}\n  ]\n}}\n",
            routes.join(",")
        )
    }

    pub(super) fn has_global_policies(&self) -> bool {
        self.client.as_ref().is_some_and(|rule| !rule.is_nothing())
    }

    /// The guards of a route, including the client's global policies.
    pub(super) fn guards(&self, route: &LockedRoute) -> Vec<GuardRule> {
        guards_for(self.client.as_ref(), &route.guards)
    }

    pub(super) fn route(&self, index: usize) -> LockedRoute {
        let mut route = self.routes[index].clone();
        route.guards = self.guards(&route);
        route
    }
}

fn known_version<'de, D: serde::Deserializer<'de>>(input: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(input)?;
    if version == VERSION {
        return Ok(version);
    }
    Err(serde::de::Error::custom(format_args!(
        "lock file version {version} is not supported, only version {VERSION}"
    )))
}

/// Strings, numbers and lists of them always serialize.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
