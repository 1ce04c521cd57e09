#[doc(hidden)]
#[allow(
    clippy::exhaustive_structs,
    non_camel_case_types,
    unnameable_types,
    unreachable_pub
)]
pub struct __oidc_policy_me;
#[automatically_derived]
impl ::oidc::__private::InlinePolicy for __oidc_policy_me {
    const SPEC: ::oidc::__private::PolicySpec = ::oidc::__private::PolicySpec::new(
        ::oidc::__private::AccessMode::Required,
        ::oidc::__private::Rule::All(&[]),
        "me",
    );
}
/// **Access:** any user.
pub async fn me(
    _: ::oidc::__private::Guard<::oidc::__private::Inline<__oidc_policy_me>>,
    user: Principal,
) -> String {
    user.subject()
}
