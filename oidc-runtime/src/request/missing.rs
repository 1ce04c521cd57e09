//! Mistakes of an application that its own code notices as a `None`. Every request would repeat
//! them, so each is reported once.

use std::any::type_name;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// How many mistakes are reported, in case names are made up at run time.
const MAX_REPORTS: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mistake {
    MissingParameter,
    RepeatedParameter,
    MissingState,
}

impl Mistake {
    fn is_new(self, name: &str) -> bool {
        static REPORTED: Mutex<BTreeSet<(Mistake, String)>> = Mutex::new(BTreeSet::new());
        let mut reported = REPORTED.lock().unwrap_or_else(PoisonError::into_inner);
        reported.len() < MAX_REPORTS && reported.insert((self, name.to_owned()))
    }
}

pub(super) fn parameter(name: &str) {
    if Mistake::MissingParameter.is_new(name) {
        tracing::error!(
            parameter = name,
            "`RequestParts::path_param` found no such parameter and returned `None`: write its name \
             as in the path of the route, and call it from the attribute of a handler, because a \
             layer or middleware around a router runs before the route is known",
        );
    }
}

pub(super) fn only_parameter(name: &str) {
    if Mistake::RepeatedParameter.is_new(name) {
        tracing::error!(
            parameter = name,
            "`RequestParts::path_param` found several parameters of this name and returned `None`: \
             give the parameters of nested routes different names",
        );
    }
}

pub(super) fn state<T>() {
    if Mistake::MissingState.is_new(type_name::<T>()) {
        tracing::error!(
            state = type_name::<T>(),
            "`RequestParts::state` found no value of this type and returned `None`: on axum, name \
             exactly the type that `with_state` gets, and call it from the attribute of a handler, \
             because layers have no state; on actix-web, add the value by `app_data`",
        );
    }
}
