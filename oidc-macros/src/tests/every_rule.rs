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
        ::oidc::__private::Rule::All(
            &[
                ::oidc::__private::Rule::Any(
                    &[
                        ::oidc::__private::Rule::scopes(
                            &[
                                ::oidc::__private::OAuthScope::plain("read"),
                                ::oidc::__private::OAuthScope::plain("write"),
                            ],
                        ),
                        ::oidc::__private::Rule::Roles(&["editor", "author"]),
                        ::oidc::__private::Rule::All(
                            &[
                                ::oidc::__private::Rule::Acr(&["gold"]),
                                ::oidc::__private::Rule::MaxAge(900u64),
                            ],
                        ),
                    ],
                ),
                ::oidc::__private::Rule::Not(
                    &::oidc::__private::Rule::All(
                        &[
                            ::oidc::__private::Rule::All(
                                &[
                                    ::oidc::__private::Rule::Claim {
                                        path: &["realm_access", "roles"],
                                        any_of: &[::oidc::__private::Scalar::Str("banned")],
                                    },
                                    ::oidc::__private::Rule::Claim {
                                        path: &["resource_access", "my-api", "type"],
                                        any_of: &[::oidc::__private::Scalar::Bool(true)],
                                    },
                                    ::oidc::__private::Rule::Claim {
                                        path: &["https://example.org/tenant"],
                                        any_of: &[
                                            ::oidc::__private::Scalar::Str("a"),
                                            ::oidc::__private::Scalar::Str("b"),
                                        ],
                                    },
                                ],
                            ),
                        ],
                    ),
                ),
                ::oidc::__private::Rule::Check {
                    name: "checks::office_hours",
                    module: ::core::module_path!(),
                    check: const {
                        &::oidc::__private::CheckFn::new(checks::office_hours)
                    },
                },
                ::oidc::__private::Rule::Policy {
                    name: "Reader",
                    spec: const { &<Reader as ::oidc::__private::Policy>::SPEC },
                },
                ::oidc::__private::Rule::Any(
                    &[
                        ::oidc::__private::Rule::Via(::oidc::__private::Via::Bearer),
                        ::oidc::__private::Rule::Not(
                            &::oidc::__private::Rule::Via(
                                ::oidc::__private::Via::Session,
                            ),
                        ),
                    ],
                ),
                ::oidc::__private::Rule::Any(
                    &[
                        ::oidc::__private::Rule::Issuer(&["own"]),
                        ::oidc::__private::Rule::Issuer(&["partner", "staff"]),
                    ],
                ),
            ],
        ),
        "f",
    );
}
#[allow(unused_imports)]
use __oidc_policy_f as __in_an_impl_name_the_rules_of_f_with_oidc_policy;
/// **Access:** users with `any(scopes = "read write", roles = ["editor", "author"], all(acr = "gold", max_age = "15m")), not(all(claims(realm_access.roles = "banned", resource_access."my-api"."type" = true, "https://example.org/tenant" = ["a", "b"]))), check = checks::office_hours, policy = Reader, any(via = "bearer", not(via = "session")), any(issuer = "own", issuer = ["partner", "staff"])`.
async fn f(
    _: ::oidc::__private::Guard<
        ::oidc::__private::Inline<__in_an_impl_name_the_rules_of_f_with_oidc_policy>,
    >,
) {}
