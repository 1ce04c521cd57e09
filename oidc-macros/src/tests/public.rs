#[doc(hidden)]
#[allow(
    clippy::exhaustive_structs,
    non_camel_case_types,
    unnameable_types,
    unreachable_pub
)]
struct __oidc_policy_healthz;
#[automatically_derived]
impl ::auth::__private::InlinePolicy for __oidc_policy_healthz {
    const SPEC: ::auth::__private::PolicySpec = ::auth::__private::PolicySpec::new(
        ::auth::__private::AccessMode::Public {
            reason: "the *load balancer* asks",
        },
        ::auth::__private::Rule::any_user(),
        "healthz",
    );
}
#[allow(unused_imports)]
use __oidc_policy_healthz as __in_an_impl_name_the_rules_of_healthz_with_oidc_policy;
/// **Access:** everyone (the \*load balancer\* asks).
async fn healthz(
    _: ::auth::__private::Guard<
        ::auth::__private::Inline<
            __in_an_impl_name_the_rules_of_healthz_with_oidc_policy,
        >,
    >,
) {}
