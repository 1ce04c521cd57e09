/// **Access:** any user.
pub async fn me(
    _: ::oidc::__private::Guard<::oidc::__private::Authenticated>,
    user: Principal,
) -> String {
    user.subject()
}
