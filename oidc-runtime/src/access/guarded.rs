//! The trait bound that makes a route without an access policy a compile error.

use crate::gate::Guard;
use crate::policy::{Policy, PolicySpec};

/// The extractors of a handler that carries `#[oidc::required]`, `#[oidc::optional]` or
/// `#[oidc::public(..)]`: the first one is a guard.
///
/// `Framework` selects how the framework represents a handler's extractors as a type. The trait is
/// sealed.
#[diagnostic::on_unimplemented(
    message = "this handler has no access policy",
    label = "the handler of this route is not guarded",
    note = "add an attribute to the handler: `#[oidc::required]` to demand a token, `#[oidc::optional]` to admit everyone and see the user if there is one, or `#[oidc::public(reason = \"..\")]` to leave it open"
)]
pub trait Guarded<Framework>: sealed::Sealed<Framework> {
    #[doc(hidden)]
    const SPEC: &'static PolicySpec;
}

pub(crate) mod sealed {
    use crate::policy::PolicySpec;

    #[expect(unnameable_types, reason = "seals `Guarded`")]
    pub trait Sealed<Framework> {}

    /// A guard as the first extractor.
    #[expect(unnameable_types, reason = "seals `Guarded`")]
    pub trait First {
        const SPEC: &'static PolicySpec;
    }
}

impl<P: Policy> sealed::First for Guard<P> {
    const SPEC: &'static PolicySpec = const { &P::SPEC };
}

/// A second implementation of [`sealed::First`]. With only one, rustc infers that the first
/// argument of every handler has to be a guard, and reports the argument instead of the handler.
#[allow(
    dead_code,
    reason = "exists for type inference only; whether rustc reports it depends on the features"
)]
enum Never {}

impl sealed::First for Never {
    const SPEC: &'static PolicySpec = unreachable!();
}

/// Implements [`Guarded`] for tuples whose first extractor is a guard, for every number of further
/// extractors that the framework supports.
macro_rules! guarded {
    // Both frameworks support sixteen extractors; the guard is one of them.
    ($framework:ty, [$($marker:ident)?]) => {
        $crate::access::guarded!(
            @tuple $framework, [$($marker)?], T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13,
            T14, T15
        );
    };
    (@tuple $framework:ty, [$($marker:ident)?] $(, $ty:ident)*) => {
        impl<$($marker,)? First: $crate::access::sealed::First, $($ty),*>
            $crate::access::sealed::Sealed<$framework> for ($($marker,)? First, $($ty,)*)
        {
        }

        #[diagnostic::do_not_recommend]
        impl<$($marker,)? First: $crate::access::sealed::First, $($ty),*>
            $crate::access::Guarded<$framework> for ($($marker,)? First, $($ty,)*)
        {
            const SPEC: &'static $crate::policy::PolicySpec = First::SPEC;
        }

        $crate::access::guarded!(@shorter $framework, [$($marker)?] $(, $ty)*);
    };
    (@shorter $framework:ty, [$($marker:ident)?]) => {};
    (@shorter $framework:ty, [$($marker:ident)?], $first:ident $(, $ty:ident)*) => {
        $crate::access::guarded!(@tuple $framework, [$($marker)?] $(, $ty)*);
    };
}
pub(crate) use guarded;
