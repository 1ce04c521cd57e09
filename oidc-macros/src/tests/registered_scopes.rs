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
    const SPEC: ::oidc::__private::PolicySpec = ::oidc::__private::PolicySpec::required(
        ::oidc::__private::Rule::scopes(
            &[crate::auth::scope::__oidc_scope!("read"), scope::WRITE],
        ),
        "f",
    );
}
#[allow(unused_imports)]
use __oidc_policy_f as __in_an_impl_name_the_rules_of_f_with_oidc_policy;
/// **Access:** users with `scopes("read", scope::WRITE)`.
async fn f(
    _: ::oidc::__private::Guard<
        ::oidc::__private::Inline<__in_an_impl_name_the_rules_of_f_with_oidc_policy>,
    >,
) {}
