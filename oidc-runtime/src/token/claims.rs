//! Claims in the application's own type.

/// The token's claims in a type of the application's, as an argument of a handler.
///
/// It requires a valid token like [`Principal`](super::Principal). Claims that do not fit `T` are
/// answered with 403: the token is genuine, but not for this.
///
/// `Option<Claims<T>>` is `None` without a valid token, and also if the claims do not fit `T`; the
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
