#[tool_router]
impl Notes {
    #![allow(clippy::unused_self)]
    const LIMIT: [u8; { 1 }] = [0];
    /// Lists the notes.
    #[tool]
    async fn list_notes(&self) -> String {}
    #[tool(
        description = "Deletes, if name = \"x\"",
        annotations(name = "no"),
        name = "delete_note"
    )]
    #[instrument(skip_all)]
    pub async fn delete(&self) -> String {}
    #[rmcp::tool]
    fn named(&self) -> Wrapper<{ 1 }> {}
    fn helper(&self) {}
    invocation!();
}
#[allow(
    clippy::elidable_lifetime_names,
    clippy::multiple_inherent_impl,
    clippy::needless_lifetimes,
    single_use_lifetimes,
    unreachable_pub,
)]
impl Notes {
    #[allow(dead_code, non_upper_case_globals)]
    #[doc(hidden)]
    const __oidc_policy_delete: ::oidc::__private::PolicySpec = (::oidc::__private::PolicySpec::required)(
        ::oidc::__private::Rule::All(
            &[
                ::oidc::__private::Rule::scope(
                    ::oidc::__private::OAuthScope::plain("notes:write"),
                ),
                ::oidc::__private::Rule::Any(
                    &[
                        ::oidc::__private::Rule::Roles(&["editor"]),
                        ::oidc::__private::Rule::Claim {
                            path: &["tier"],
                            any_of: &[::oidc::__private::Scalar::Str("a|b")],
                        },
                    ],
                ),
            ],
        ),
        "delete_note",
    );
    /// The tools of this server, and what each needs in addition to the server's base policy.
    ///
    /// | tool | access |
    /// |---|---|
    /// | `list_notes` | any user |
    /// | `delete_note` | users with `scopes = "notes:write", any(roles = "editor", claims(tier = "a\|b"))` |
    /// | `named` | users with `policy = policies::Reader` |
    #[must_use]
    pub fn tools() -> ::oidc::__private::Tools {
        ::oidc::__private::Tools::of(
            &[
                (
                    "list_notes",
                    const {
                        &<::oidc::__private::Authenticated as ::oidc::__private::Policy>::SPEC
                    },
                ),
                ("delete_note", const { &Self::__oidc_policy_delete }),
                (
                    "named",
                    const { &<policies::Reader as ::oidc::__private::Policy>::SPEC },
                ),
            ],
        )
    }
}
#[allow(unused_imports)]
use oidc::required as _;
#[allow(unused_imports)]
use required as _;
#[allow(unused_imports)]
use auth::required as _;
