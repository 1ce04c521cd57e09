//! The macro of scope registries.

/// A registry of scopes: each is written once, and a misspelled one does not compile.
///
/// The macro defines a module with a constant of type [`OAuthScope`](crate::OAuthScope) for every scope. The attributes
/// accept constants as well as strings. With `registry = path` strings are looked up in the
/// registry, and one that is not registered does not compile:
///
/// ```
/// oidc::scopes! {
///     pub mod scope {
///         /// May read orders.
///         READ = "orders:read",
///         /// May write orders.
///         WRITE = "orders:write" implies READ,
///         AUDIT = "audit",
///         ADMIN = "admin" implies [WRITE, AUDIT],
///     }
/// }
///
/// #[oidc::required(scopes(scope::READ))]
/// async fn list() -> &'static str {
///     "the orders"
/// }
///
/// #[oidc::required(any(scopes(scope::WRITE, "openid"), scopes = scope::AUDIT))]
/// async fn show() -> &'static str {
///     "the order"
/// }
///
/// #[oidc::required(scopes = "orders:read audit", registry = scope)]
/// async fn log() -> &'static str {
///     "who read them"
/// }
///
/// # fn main() {
/// assert_eq!(scope::READ.name(), "orders:read");
/// assert_eq!(scope::READ.implied_by(), ["orders:write", "admin"]);
/// # }
/// ```
///
/// A token that was granted a scope has all scopes that it `implies`, directly or through others:
/// above, `orders:write` and `admin` pass where `orders:read` is needed. The challenge of a rejected
/// request names the scope that was needed. This holds for constants and for strings that are
/// looked up; a string without `registry` means that one scope only. Rules that are printed or
/// written to `policy.lock` list the alternatives, so that a registry that admits more tokens shows
/// up there.
///
/// Constants work in other crates too; `registry = ..` names a registry of the same crate. A
/// single scope cannot depend on `#[cfg(..)]`, because others may imply it; the module can.
#[macro_export]
macro_rules! scopes {
    ($($registry:tt)*) => {
        $crate::__private::scopes! { $crate $($registry)* }
    };
}
