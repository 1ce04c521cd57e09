//! The bound that makes a route without a decision a compile error.

use crate::guard::Guard;
use crate::policy::{Policy, PolicySpec};

/// The extractors of a handler on which one of `#[oidc::required]`, `#[oidc::optional]` and
/// `#[oidc::public]` stands: the first of them is a guard.
///
/// `Framework` tells apart how the frameworks write a handler's extractors as a type. Nobody else
/// can implement the trait.
#[diagnostic::on_unimplemented(
    message = "nobody decided who may call this handler",
    label = "the handler of this route has no guard in front of its arguments",
    note = "put `#[oidc::required]` on the handler to demand a token, `#[oidc::optional]` to let everyone in and know the user if there is one, or `#[oidc::public(reason = \"..\")]` to leave it open"
)]
pub trait Decided<Framework>: sealed::Sealed<Framework> {
    #[doc(hidden)]
    const SPEC: &'static PolicySpec;
}

pub(crate) mod sealed {
    use crate::policy::PolicySpec;

    #[expect(unnameable_types, reason = "nobody else may implement `Decided`")]
    pub trait Sealed<Framework> {}

    /// A first extractor that decides.
    #[expect(unnameable_types, reason = "nobody else may implement `Decided`")]
    pub trait First {
        const SPEC: &'static PolicySpec;
    }
}

impl<P: Policy> sealed::First for Guard<P> {
    const SPEC: &'static PolicySpec = const { &P::SPEC };
}

/// Without a second type that could be first, rustc would conclude that the first argument of
/// every handler has to be a guard, and complain about the argument.
#[allow(
    dead_code,
    reason = "it is there to be possible; check and build disagree about it"
)]
enum Nothing {}

impl sealed::First for Nothing {
    const SPEC: &'static PolicySpec = unreachable!();
}

/// Implements [`Decided`] for tuples with a guard at the front, one for every number of
/// extractors from the longest list down to none.
macro_rules! decided {
    ($framework:ty, [$($marker:ident)?] $(, $ty:ident)*) => {
        impl<$($marker,)? First: $crate::access::sealed::First, $($ty),*>
            $crate::access::sealed::Sealed<$framework> for ($($marker,)? First, $($ty,)*)
        {
        }

        #[diagnostic::do_not_recommend]
        impl<$($marker,)? First: $crate::access::sealed::First, $($ty),*>
            $crate::access::Decided<$framework> for ($($marker,)? First, $($ty,)*)
        {
            const SPEC: &'static $crate::policy::PolicySpec = First::SPEC;
        }

        $crate::access::decided!(@shorter $framework, [$($marker)?] $(, $ty)*);
    };
    (@shorter $framework:ty, [$($marker:ident)?]) => {};
    (@shorter $framework:ty, [$($marker:ident)?], $first:ident $(, $ty:ident)*) => {
        $crate::access::decided!($framework, [$($marker)?] $(, $ty)*);
    };
}
pub(crate) use decided;
