//! The future of a guard.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::Either;

use crate::answer::Rejection;
use crate::gate::Guard;
use crate::policy::Policy;

/// Whether a request may go on: known at once, or by a future that has to be awaited.
pub(crate) type Admission<F> = Either<Ready<Result<(), Rejection>>, F>;

pub(crate) fn decided<F>(admission: Result<(), Rejection>) -> Admission<F> {
    Either::Left(ready(admission))
}

/// Whether a guard admits a request. Small, and free where that is known at once.
///
/// The policy is in the type only: handlers share all code but this.
pub struct GuardFuture<P, F> {
    admission: Admission<F>,
    policy: PhantomData<fn() -> P>,
}

impl<P, F> GuardFuture<P, F> {
    pub(crate) fn new(admission: Admission<F>) -> Self {
        Self {
            admission,
            policy: PhantomData,
        }
    }
}

impl<P, F> Future for GuardFuture<P, F>
where
    P: Policy,
    F: Future<Output = Result<(), Rejection>> + Unpin,
{
    type Output = Result<Guard<P>, Rejection>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // perf: rustc does not inline `Either`'s own, 20 instructions (bench `count hit`).
        let admission = match &mut self.admission {
            Either::Left(decided) => Pin::new(decided).poll(context),
            Either::Right(later) => Pin::new(later).poll(context),
        };
        admission.map_ok(|()| Guard::admitted())
    }
}

impl<P, F> fmt::Debug for GuardFuture<P, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardFuture")
    }
}
