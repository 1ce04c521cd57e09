//! Mistakes of an application that its own code notices as a `None`: one event for each kind, since
//! every request would repeat it.

use std::any::type_name;
use std::sync::Once;

pub(super) fn parameter(name: &str) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::error!(
            parameter = name,
            "`RequestParts::path_param` found no such parameter and returned `None`: write its name \
             as in the path of the route, and call it from the attribute of a handler, because a \
             layer or middleware around a router runs before the route is known",
        );
    });
}

pub(super) fn state<T>() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::error!(
            state = type_name::<T>(),
            "`RequestParts::state` found no value of this type and returned `None`: on axum, name \
             exactly the type that `with_state` gets, and call it from the attribute of a handler, \
             because layers have no state; on actix-web, add the value by `app_data`",
        );
    });
}
