//! Claims deserialized into a type of the application.

/// The claims of the access token, or those of the session, deserialized into `T`, as an argument of a
/// handler.
///
/// Requires a valid token or a session, like [`Principal`](super::Principal). If the claims cannot be
/// deserialized into `T`, the request is rejected with 403 and the code `claims_unfit`.
///
/// `Option<Claims<T>>` is `None` without either, and also if the claims do not fit `T`; the
/// log then has an event with the code `claims_unfit`. To tell the two apart, take
/// `Result<Claims<T>, Rejection>`.
///
/// ```
/// use oidc::Claims;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant_id: String,
/// }
///
/// async fn orders(Claims(tenant): Claims<Tenant>) -> String {
///     format!("the orders of {}", tenant.tenant_id)
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims<T>(pub T);
