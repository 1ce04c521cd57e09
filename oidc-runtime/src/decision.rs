//! A decision that is made at once where that is possible, and later where it is not.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::guard::Guard;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// What a guard decided, or the future that will decide.
pub(crate) enum Decision<F: Future> {
    Made(Ready<F::Output>),
    Later(F),
}

impl<F: Future> Decision<F> {
    pub(crate) fn made(decision: F::Output) -> Self {
        Self::Made(ready(decision))
    }
}

impl<F: Future + Unpin> Future for Decision<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.get_mut() {
            Self::Made(decided) => Pin::new(decided).poll(context),
            Self::Later(later) => Pin::new(later).poll(context),
        }
    }
}

/// Whether a guard lets a request through. Small, and free where the decision was made at once.
///
/// The policy is in the type only: handlers share all code but this.
pub struct Admission<P, F: Future> {
    decision: Decision<F>,
    policy: PhantomData<fn() -> P>,
}

impl<P, F: Future> Admission<P, F> {
    pub(crate) fn new(decision: Decision<F>) -> Self {
        Self {
            decision,
            policy: PhantomData,
        }
    }
}

impl<P, F> Future for Admission<P, F>
where
    P: Policy,
    F: Future<Output = Result<(), Rejection>> + Unpin,
{
    type Output = Result<Guard<P>, Rejection>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let admission = Pin::new(&mut self.decision).poll(context);
        admission.map_ok(|()| Guard::admitted())
    }
}

impl<P, F: Future> fmt::Debug for Admission<P, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Admission")
    }
}
