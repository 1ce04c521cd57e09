//! The protected resources of an application: its client's, and those of [`Oidc::for_resource`].

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use crate::config::{Config, Resource};
use crate::policy::{PolicySpec, asked_scopes};

/// The resources, which the handles of one client share.
#[derive(Default)]
pub(crate) struct Resources(RwLock<Vec<Described>>);

/// A resource and what its metadata says about it.
#[derive(Clone)]
pub(crate) struct Described {
    pub(crate) config: Arc<Config>,
    pub(crate) resource: Resource,
    /// What the base policies of its MCP servers demand.
    base_scopes: Vec<&'static str>,
}

impl Resources {
    /// Adds the resource of a configuration, if it has one, in place of an older one of the same
    /// identifier.
    pub(super) fn add(&self, config: &Arc<Config>) {
        let Some(resource) = config.resource.resource.clone() else {
            return;
        };
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.resource != resource);
        all.push(Described {
            config: Arc::clone(config),
            resource,
            base_scopes: Vec::new(),
        });
    }

    /// Notes that a guard with this policy is in front of everything in the resource.
    pub(super) fn note_base(&self, resource: &Resource, policy: &PolicySpec) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for described in all.iter_mut().filter(|other| other.resource == *resource) {
            for scope in asked_scopes(&policy.rule) {
                if !described.base_scopes.contains(&scope) {
                    described.base_scopes.push(scope);
                }
            }
        }
    }

    /// The resource whose metadata is at this path.
    pub(crate) fn at(&self, path: &str) -> Option<Described> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = all.iter();
        found
            .find(|described| described.resource.metadata_path() == path)
            .cloned()
    }

    /// The path of the metadata that ends the path of a request, which has come by a prefix.
    pub(crate) fn mounted_at(&self, path: &str) -> Option<String> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut paths = all
            .iter()
            .map(|described| described.resource.metadata_path());
        paths.find(|expected| path.ends_with(&**expected))
    }
}

impl Described {
    /// The scopes that the metadata lists, as clients ask for them.
    pub(crate) fn scopes(&self) -> Vec<String> {
        let base = || self.base_scopes.iter().map(|scope| (*scope).to_owned());
        let scopes = self.config.resource.scopes.clone();
        let scopes = scopes.unwrap_or_else(|| base().collect());
        let challenges = &self.config.challenges;
        scopes
            .iter()
            .filter(|scope| *scope != "offline_access")
            .map(|scope| challenges.prefix(scope).into_owned())
            .collect()
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resources")
    }
}
