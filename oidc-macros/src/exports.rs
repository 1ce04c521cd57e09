//! Every path that generated code names, apart from `::core`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

macro_rules! exports {
    ($($field:ident: $item:ident,)*) => {
        /// The items of the facade's `__private` module, as absolute paths.
        pub(crate) struct Exports {
            $(pub(crate) $field: TokenStream,)*
        }

        impl Exports {
            pub(crate) fn new(krate: &TokenStream, span: Span) -> Self {
                Self { $($field: quote_spanned!(span=> #krate::__private::$item),)* }
            }
        }
    };
}

exports! {
    access: Access,
    check_fn: CheckFn,
    guard: Guard,
    invalid: Invalid,
    location: Location,
    optional: Optional,
    optional_rejecting: OptionalRejecting,
    policy: Policy,
    policy_spec: PolicySpec,
    route_paths: RoutePaths,
    routes: Routes,
    rule: Rule,
    scalar: Scalar,
    scope: Scope,
    unregistered_scope: unregistered_scope,
    unsatisfiable: Unsatisfiable,
}
