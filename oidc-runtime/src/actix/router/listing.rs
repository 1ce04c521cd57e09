//! What is known of the routes of a scope or a resource.

use std::ops::{Deref, DerefMut};

use super::joined_path::joined;
use crate::access::{AccessMatrix, Registry};
use crate::policy::PolicySpec;

/// The routes below a path, and the policies around all of them.
pub(super) struct Listing {
    path: String,
    registry: Registry,
    /// The outermost first. They guard later routes, too.
    layers: Vec<&'static PolicySpec>,
}

impl Listing {
    pub(super) fn new(path: String) -> Self {
        Self {
            path,
            registry: Registry::default(),
            layers: Vec::new(),
        }
    }

    /// Puts a policy around everything.
    pub(super) fn protect(&mut self, spec: &'static PolicySpec) {
        self.layers.insert(0, spec);
    }

    pub(super) fn access(&self) -> AccessMatrix {
        let mut registry = self.registry.clone();
        for layer in self.layers.iter().rev() {
            registry.wrap(layer, |_| true);
        }
        registry.move_to(|path| joined(&self.path, path)).matrix()
    }
}

impl Deref for Listing {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        &self.registry
    }
}

impl DerefMut for Listing {
    fn deref_mut(&mut self) -> &mut Registry {
        &mut self.registry
    }
}
