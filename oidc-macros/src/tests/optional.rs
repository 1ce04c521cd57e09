#[doc(hidden)]
#[allow(
    clippy::exhaustive_structs,
    non_camel_case_types,
    unnameable_types,
    unreachable_pub
)]
struct __oidc_policy_home;
#[automatically_derived]
impl ::oidc::__private::InlinePolicy for __oidc_policy_home {
    const SPEC: ::oidc::__private::PolicySpec = ::oidc::__private::PolicySpec::new(
        ::oidc::__private::AccessMode::Optional {
            invalid: ::oidc::__private::OnInvalidToken::Reject,
        },
        ::oidc::__private::Rule::All(&[]),
        "home",
    );
}
/// **Access:** everyone; the handler sees the user, if any; a bad token is refused.
async fn home(
    _: ::oidc::__private::Guard<::oidc::__private::Inline<__oidc_policy_home>>,
    user: Option<Principal>,
) {}
