//! Every path that generated code names, apart from `::core`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::crate_path::CratePath;

macro_rules! exports {
    ($($field:ident: $item:ident,)*) => {
        /// The items of the facade's `__private` module, as absolute paths.
        pub(crate) struct Exports {
            $(pub(crate) $field: TokenStream,)*
        }

        impl Exports {
            pub(crate) fn new(krate: &CratePath) -> Self {
                Self { $($field: quote!(#krate::__private::$item),)* }
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
}
