//! The protected resources of an application: its client's, and those of [`Oidc::for_resource`].

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::config::{Config, ConfigError, Resource};
use crate::policy::{PolicySpec, asked_scopes};

/// In the path of all metadata.
const WELL_KNOWN: &str = "/.well-known";

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
    /// Whether it is known that the metadata is mounted elsewhere.
    is_misplaced: Arc<AtomicBool>,
}

impl Resources {
    /// Adds the resource of a configuration, if it has one that is not known yet.
    ///
    /// # Errors
    /// If the metadata of another one is at the same path: requests do not tell which host they mean.
    pub(super) fn add(&self, config: &Arc<Config>) -> Result<(), ConfigError> {
        let Some(resource) = config.resource.resource.clone() else {
            return Ok(());
        };
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let path = resource.metadata_path();
        let known = all
            .iter()
            .find(|known| known.resource.metadata_path() == path);
        if let Some(known) = known {
            return known.is_of(&resource);
        }
        all.push(Described {
            config: Arc::clone(config),
            resource,
            base_scopes: Vec::new(),
            is_misplaced: Arc::default(),
        });
        Ok(())
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

    /// The path of the metadata that a request finds below a prefix only, because the metadata is mounted
    /// there; once for each resource.
    ///
    /// Where it is mounted as it should be, a request that repeats the path of the metadata proves
    /// nothing: anybody can send it.
    pub(crate) fn newly_misplaced(&self, path: &str) -> Option<String> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find_map(|described| {
            let expected = described.resource.metadata_path();
            let is_misplaced = path.strip_suffix(&*expected).is_some_and(is_mount);
            let is_new = is_misplaced && !described.is_misplaced.swap(true, Ordering::Relaxed);
            is_new.then_some(expected)
        })
    }
}

/// Whether it is a prefix of routes, and no part of what was requested below them.
fn is_mount(prefix: &str) -> bool {
    !prefix.is_empty() && !prefix.contains(WELL_KNOWN) && !prefix.contains('%')
}

impl Described {
    fn is_of(&self, resource: &Resource) -> Result<(), ConfigError> {
        if self.resource == *resource {
            return Ok(());
        }
        let problem = format!(
            "has its metadata at the same path as that of `{}`",
            self.resource.identifier()
        );
        Err(ConfigError::new("resource", &problem))
    }

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
