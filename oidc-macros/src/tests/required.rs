#[doc(hidden)]
#[allow(
    clippy::exhaustive_structs,
    non_camel_case_types,
    unnameable_types,
    unreachable_pub
)]
pub(crate) struct __oidc_policy_list;
#[automatically_derived]
impl ::oidc::__private::InlinePolicy for __oidc_policy_list {
    const SPEC: ::oidc::__private::PolicySpec = ::oidc::__private::PolicySpec::required(
        ::oidc::__private::Rule::All(
            &[
                ::oidc::__private::Rule::scope(
                    ::oidc::__private::OAuthScope::plain("orders:read"),
                ),
                ::oidc::__private::Rule::All(
                    &[
                        ::oidc::__private::Rule::Claim {
                            path: &["groups"],
                            any_of: &[::oidc::__private::Scalar::Str("admin")],
                        },
                        ::oidc::__private::Rule::Claim {
                            path: &["level"],
                            any_of: &[
                                ::oidc::__private::Scalar::Int(-1i64),
                                ::oidc::__private::Scalar::Int(2i64),
                            ],
                        },
                    ],
                ),
            ],
        ),
        "list",
    );
}
#[allow(unused_imports)]
use __oidc_policy_list as __in_an_impl_name_the_rules_of_list_with_oidc_policy;
/// Lists the orders.
#[get("/orders")]
///
/// **Access:** users with `scopes = "orders:read", claims(groups = "admin", level = [-1, 2])`.
pub(crate) async fn r#list<T: Send>(
    _: ::oidc::__private::Guard<
        ::oidc::__private::Inline<__in_an_impl_name_the_rules_of_list_with_oidc_policy>,
    >,
    State(db): State<Db>,
) -> impl Responder
where
    T: Sync,
{}
