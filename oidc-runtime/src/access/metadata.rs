//! The metadata of protected resources in the access matrix.

use super::matrix::RouteEntry;
use super::registry::Registry;
use crate::metadata::{Metadata, PATH};
use crate::policy::GuardRule;

impl From<Metadata> for Registry {
    fn from(_: Metadata) -> Self {
        let access = GuardRule::Public {
            reason: "clients find the provider here".to_owned(),
        };
        let entry = |path| RouteEntry::of("ANY", access.clone(), "oidc::metadata!").at(path);
        Self {
            routes: vec![
                entry(PATH.to_owned()),
                entry(format!("{PATH}/{{*resource}}")),
            ],
        }
    }
}
