#[doc(hidden)]
#[allow(
    clippy::exhaustive_structs,
    non_camel_case_types,
    unnameable_types,
    unreachable_pub
)]
struct __oidc_policy_f;
#[automatically_derived]
impl ::oidc::__private::InlinePolicy for __oidc_policy_f {
    const SPEC: ::oidc::__private::PolicySpec = ::oidc::__private::PolicySpec::new(
        ::oidc::__private::AccessMode::Required,
        ::oidc::__private::Rule::Scopes(
            &[crate::auth::scope::__oidc_scope!("read"), scope::WRITE],
        ),
        "f",
    );
}
/// **Access:** users with `scopes("read", scope::WRITE)`.
fn f(_: ::oidc::__private::Guard<::oidc::__private::Inline<__oidc_policy_f>>) {}
