//! Rules that need code: `check = path::to::function`.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use crate::request::RequestParts;
use crate::token::IdToken;

/// A user's own rule, called with a verified token, perhaps more than once for a request.
pub trait Check: Sync {
    /// Asks the function.
    fn ask<'a>(&'a self, user: &'a IdToken, request: &'a RequestParts<'a>) -> Answer<'a>;

    /// The function's path from the root of its crate, where its type tells: two checks of one name
    /// are not one check.
    fn function(&self) -> Option<&'static str> {
        None
    }
}

/// What a [`Check`] says, at once or later.
#[non_exhaustive]
pub enum Answer<'a> {
    /// A function that does not wait.
    Now(bool),
    /// A function that does.
    Later(Pin<Box<dyn Future<Output = bool> + Send + 'a>>),
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(answer) => f.debug_tuple("Now").field(answer).finish(),
            Self::Later(_) => f.write_str("Later"),
        }
    }
}

/// What `check` accepts: `fn(&IdToken) -> bool`, or
/// `async fn(&IdToken, &RequestParts<'_>) -> bool`.
///
/// The function must not have side effects: it may be called more than once for a request, for
/// example where an asynchronous check follows it, and another check may still deny the request.
///
/// `Kind` tells the two apart and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a `check`",
    label = "expected `fn(&IdToken) -> bool` or `async fn(&IdToken, &RequestParts<'_>) -> bool`"
)]
pub trait CheckFunction<Kind>: Sync {
    #[doc(hidden)]
    fn call<'a>(&'a self, user: &'a IdToken, request: &'a RequestParts<'a>) -> Answer<'a>;
}

/// Marks functions that answer at once.
#[derive(Debug)]
pub struct Plain(());

/// Marks functions that wait.
#[derive(Debug)]
pub struct Waiting(());

impl<F> CheckFunction<Plain> for F
where
    F: Fn(&IdToken) -> bool + Sync,
{
    fn call<'a>(&'a self, user: &'a IdToken, _: &'a RequestParts<'a>) -> Answer<'a> {
        Answer::Now(self(user))
    }
}

/// An `async fn` whose future may borrow both arguments; a bound on `Fn` cannot name it.
trait AsyncFunction<'a> {
    type Future: Future<Output = bool> + Send + 'a;

    fn start(&self, user: &'a IdToken, request: &'a RequestParts<'a>) -> Self::Future;
}

impl<'a, F, Future> AsyncFunction<'a> for F
where
    F: Fn(&'a IdToken, &'a RequestParts<'a>) -> Future,
    Future: std::future::Future<Output = bool> + Send + 'a,
{
    type Future = Future;

    fn start(&self, user: &'a IdToken, request: &'a RequestParts<'a>) -> Future {
        self(user, request)
    }
}

impl<F> CheckFunction<Waiting> for F
where
    F: for<'a> AsyncFunction<'a> + Sync,
{
    fn call<'a>(&'a self, user: &'a IdToken, request: &'a RequestParts<'a>) -> Answer<'a> {
        Answer::Later(Box::pin(self.start(user, request)))
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
    fn ask<'a>(&'a self, user: &'a IdToken, request: &'a RequestParts<'a>) -> Answer<'a> {
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
