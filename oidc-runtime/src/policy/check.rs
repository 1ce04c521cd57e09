//! Rules in code: `check = path::to::function`.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use crate::request::RequestParts;
use crate::token::Principal;

/// A rule of the application, evaluated for a verified token, possibly more than once per request.
pub trait Check: Sync {
    /// Calls the function.
    fn call<'a>(&'a self, user: &'a Principal, request: &'a RequestParts<'a>) -> CheckResult<'a>;

    /// The path of the function from the root of its crate, if its type determines it. It
    /// distinguishes checks that are written with the same name.
    fn function(&self) -> Option<&'static str> {
        None
    }
}

/// The result of a [`Check`], or the future that resolves to it.
#[non_exhaustive]
pub enum CheckResult<'a> {
    /// The result of a synchronous function.
    Ready(bool),
    /// The future of an `async fn`.
    Pending(Pin<Box<dyn Future<Output = bool> + Send + 'a>>),
}

impl fmt::Debug for CheckResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(result) => f.debug_tuple("Ready").field(result).finish(),
            Self::Pending(_) => f.write_str("Pending"),
        }
    }
}

/// The functions that `check` accepts: `fn(&Principal) -> bool`,
/// `fn(&Principal, &RequestParts<'_>) -> bool` and
/// `async fn(&Principal, &RequestParts<'_>) -> bool`.
///
/// The function must not have side effects: it may be called more than once for a request, for
/// example if an asynchronous check follows it, and another check may still deny the request.
///
/// `Kind` is [`SyncCheck`], [`SyncRequestCheck`] or [`AsyncCheck`], and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a `check`",
    label = "expected `fn(&Principal) -> bool` or `[async] fn(&Principal, &RequestParts<'_>) -> bool`"
)]
pub trait CheckFunction<Kind>: Sync {
    #[doc(hidden)]
    fn call<'a>(&'a self, user: &'a Principal, request: &'a RequestParts<'a>) -> CheckResult<'a>;
}

/// Marks synchronous functions of the user.
#[derive(Debug)]
pub struct SyncCheck(());

/// Marks synchronous functions of the user and the request.
#[derive(Debug)]
pub struct SyncRequestCheck(());

/// Marks asynchronous functions of the user and the request.
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

impl<F> CheckFunction<SyncRequestCheck> for F
where
    F: Fn(&Principal, &RequestParts<'_>) -> bool + Sync,
{
    fn call<'a>(&'a self, user: &'a Principal, request: &'a RequestParts<'a>) -> CheckResult<'a> {
        CheckResult::Ready(self(user, request))
    }
}

/// An `async fn` whose future may borrow both arguments. A bound on `Fn` for every lifetime could not
/// name the future's type, which differs from one lifetime to another.
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

/// Adapts a function to [`Check`]; the attributes generate it.
pub struct CheckFn<F, Kind> {
    function: F,
    kind: PhantomData<fn() -> Kind>,
}

impl<F, Kind> CheckFn<F, Kind> {
    /// Wraps the function. `F` has no bound here, because rustc checks it where the value is
    /// converted to a [`Check`], and would otherwise report a mistake twice.
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

    /// The path is part of the type of a function, which has size zero, but not of the type of a
    /// function pointer.
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
