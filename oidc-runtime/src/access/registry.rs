//! Collects routes while a router is put together.

use super::matrix::{AccessMatrix, RouteEntry};
use super::pattern::pattern;
use super::route_access::RouteAccess;
use crate::policy::PolicySpec;

/// The routes registered so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registry {
    pub(crate) entries: Vec<Entry>,
}

/// A route whose path may still grow at the front.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) route: RouteEntry,
    /// Whether it serves what no other route does.
    pub(crate) is_fallback: bool,
}

impl Entry {
    /// A handler that carries a guard.
    pub(crate) fn guarded<H>(method: &'static str, spec: &PolicySpec) -> Self {
        let mut entry = Self::of(method, RouteAccess::from(spec), std::any::type_name::<H>());
        entry.route.location = Some((spec.location.file, spec.location.line));
        entry
    }

    /// Something that cannot carry a guard.
    #[track_caller]
    pub(crate) fn unguarded<T>(path: String, reason: &str) -> Self {
        assert!(
            !reason.trim().is_empty(),
            "say why `{path}` is open to everyone: the reason is empty"
        );
        let reason = reason.to_owned();
        let access = RouteAccess::Public { reason };
        Self::of("ANY", access, std::any::type_name::<T>()).at(path)
    }

    pub(super) fn of(method: &'static str, guard: RouteAccess, handler: &str) -> Self {
        let route = RouteEntry {
            method,
            path: String::new(),
            guards: vec![guard],
            handler: handler.to_owned(),
            location: None,
        };
        Self {
            route,
            is_fallback: false,
        }
    }

    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.route.path = path.into();
        self
    }

    #[cfg(feature = "actix-web")]
    pub(crate) fn for_any_method(mut self) -> Self {
        self.route.method = "ANY";
        self
    }

    pub(crate) fn into_fallback(mut self) -> Self {
        self.is_fallback = true;
        self
    }
}

impl Registry {
    #[cfg(feature = "actix-web")]
    pub(crate) fn of(entry: Entry) -> Self {
        Self {
            entries: vec![entry],
        }
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// Changes every path.
    pub(crate) fn move_to(mut self, path: impl Fn(&str) -> String) -> Self {
        for Entry { route, .. } in &mut self.entries {
            route.path = path(&route.path);
        }
        self
    }

    /// Puts a layer around the routes that the condition picks.
    pub(crate) fn wrap(&mut self, layer: &PolicySpec, wraps: impl Fn(&Entry) -> bool) {
        let layer = RouteAccess::from(layer);
        for entry in self.entries.iter_mut().filter(|entry| wraps(entry)) {
            entry.route.guards.insert(0, layer.clone());
        }
    }

    pub(crate) fn matrix(&self) -> AccessMatrix {
        let mut routes: Vec<_> = self
            .entries
            .iter()
            .map(|entry| entry.route.clone())
            .collect();
        // Stable: of two routes that get the same requests, the first one serves.
        routes.sort_by_cached_key(|route| pattern(&route.path));
        AccessMatrix { routes }
    }
}

impl From<AccessMatrix> for Registry {
    fn from(matrix: AccessMatrix) -> Self {
        let entries = matrix.routes.into_iter().map(|route| Entry {
            route,
            is_fallback: false,
        });
        Self {
            entries: entries.collect(),
        }
    }
}
