//! Rules that need code: `check = path::to::function`.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use crate::request::RequestParts;
use crate::token::Principal;

/// A user's own rule, called with a verified token, perhaps more than once for a request.
pub trait Check: Sync {
    /// Asks the function.
    fn call<'a>(&'a self, user: &'a Principal, request: &'a RequestParts<'a>) -> CheckResult<'a>;

    /// The function's path from the root of its crate, where its type tells: two checks of one name
    /// are not one check.
    fn function(&self) -> Option<&'static str> {
        None
    }
}

/// What a [`Check`] says, at once or later.
#[non_exhaustive]
pub enum CheckResult<'a> {
    /// A function that does not wait.
    Ready(bool),
    /// A function that does.
    Pending(Pin<Box<dyn Future<Output = bool> + Send + 'a>>),
}

impl fmt::Debug for CheckResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(answer) => f.debug_tuple("Ready").field(answer).finish(),
            Self::Pending(_) => f.write_str("Pending"),
        }
    }
}

/// What `check` accepts: `fn(&Principal) -> bool`, or
/// `async fn(&Principal, &RequestParts<'_>) -> bool`.
///
/// The function must not have side effects: it may be called more than once for a request, for
/// example where an asynchronous check follows it, and another check may still deny the request.
///
/// `Kind` tells the two apart and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a `check`",
    label = "expected `fn(&Principal) -> bool` or `async fn(&Principal, &RequestParts<'_>) -> bool`"
)]
pub trait CheckFunction<Kind>: Sync {
    #[doc(hidden)]
    fn call<'a>(&'a self, user: &'a Principal, request: &'a RequestParts<'a>) -> CheckResult<'a>;
}

/// Marks functions that answer at once.
#[derive(Debug)]
pub struct SyncCheck(());

/// Marks functions that wait.
#[derive(Debug)]
pub struct AsyncCheck(());

impl<F> CheckFunction<SyncCheck> for F
where
    F: Fn(&Principal) -> bool + Sync,
{
    fn call<'a>(&'a self, user: &'a Principal, _: &'a RequestParts<'a>) -> CheckResult<'a> {
        CheckResult::Ready(self(user))
    }
}

/// An `async fn` whose future may borrow both arguments; a bound on `Fn` cannot name it.
trait AsyncFunction<'a> {
    type Future: Future<Output = bool> + Send + 'a;

    fn start(&self, user: &'a Principal, request: &'a RequestParts<'a>) -> Self::Future;
}

impl<'a, F, Future> AsyncFunction<'a> for F
where
    F: Fn(&'a Principal, &'a RequestParts<'a>) -> Future,
    Future: std::future::Future<Output = bool> + Send + 'a,
{
    type Future = Future;

    fn start(&self, user: &'a Principal, request: &'a RequestParts<'a>) -> Future {
        self(user, request)
    }
}

impl<F> CheckFunction<AsyncCheck> for F
where
    F: for<'a> AsyncFunction<'a> + Sync,
{
    fn call<'a>(&'a self, user: &'a Principal, request: &'a RequestParts<'a>) -> CheckResult<'a> {
        CheckResult::Pending(Box::pin(self.start(user, request)))
    }
}

/// A function as a [`Check`]; the attributes make it.
pub struct CheckFn<F, Kind> {
    function: F,
    kind: PhantomData<fn() -> Kind>,
}

impl<F, Kind> CheckFn<F, Kind> {
    /// Wraps the function. Whether it is one that checks is not asked here, because rustc asks
    /// where the value becomes a [`Check`], and would otherwise say twice that it is not.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(function: F) -> Self {
        Self {
            function,
            kind: PhantomData,
        }
    }
}

impl<F: CheckFunction<Kind>, Kind> Check for CheckFn<F, Kind> {
    fn call<'a>(&'a self, user: &'a Principal, request: &'a RequestParts<'a>) -> CheckResult<'a> {
        self.function.call(user, request)
    }

    /// A function has a type of its own, of no size; all pointers to functions share theirs.
    fn function(&self) -> Option<&'static str> {
        let name = std::any::type_name::<F>();
        (size_of::<F>() == 0 && !name.ends_with("{{closure}}")).then_some(name)
    }
}

impl<F, Kind> fmt::Debug for CheckFn<F, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckFn")
    }
}
