//! Every path that generated code names, apart from `::core`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// The items of the facade's `__private` module, as absolute paths.
pub(crate) struct Exports {
    krate: TokenStream,
    span: Span,
}

macro_rules! exports {
    ($($name:ident: $item:ident,)*) => {
        impl Exports {
            $(
                pub(crate) fn $name(&self) -> TokenStream {
                    self.path(stringify!($item))
                }
            )*
        }
    };
}

exports! {
    access: AccessMode,
    authenticated: Authenticated,
    check_fn: CheckFn,
    guard: Guard,
    inline: Inline,
    inline_policy: InlinePolicy,
    invalid: OnInvalidToken,
    optional: Optional,
    optional_rejecting: OptionalRejecting,
    policy: Policy,
    policy_spec: PolicySpec,
    route_paths: RoutePaths,
    routes: Routes,
    rule: Rule,
    scalar: Scalar,
    scope: OAuthScope,
    sessions: sessions,
    tools: Tools,
    unregistered_scope: unregistered_scope,
    unsatisfiable: Unsatisfiable,
    via: Via,
}

impl Exports {
    pub(crate) fn new(krate: TokenStream, span: Span) -> Self {
        Self { krate, span }
    }

    fn path(&self, item: &str) -> TokenStream {
        let Self { krate, span } = self;
        let item = Ident::new(item, *span);
        quote_spanned!(*span=> #krate::__private::#item)
    }
}
