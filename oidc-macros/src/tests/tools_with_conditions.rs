#[cfg(feature = "mcp")]
impl<'a, T: Store> Notes<'a, T>
where
    T: Send,
{
    #[cfg(unix)]
    #[cfg(feature = "files")]
    #[tool]
    async fn open(&self) {}
    #[cfg(not(unix))]
    #[tool(name = "open")]
    async fn open_elsewhere(&self) {}
}
#[cfg(feature = "mcp")]
#[allow(
    clippy::elidable_lifetime_names,
    clippy::multiple_inherent_impl,
    clippy::needless_lifetimes,
    single_use_lifetimes,
    unreachable_pub,
)]
impl<'a, T: Store> Notes<'a, T>
where
    T: Send,
{
    #[cfg(unix)]
    #[cfg(feature = "files")]
    #[allow(dead_code, non_upper_case_globals)]
    #[doc(hidden)]
    const __oidc_policy_open: ::auth::__private::PolicySpec = (::auth::__private::PolicySpec::required)(
        ::auth::__private::Rule::scope(crate::scope::__oidc_scope!("read")),
        "open",
    );
    /// The tools of this server, and what each needs in addition to the server's base policy.
    ///
    /// | tool | access |
    /// |---|---|
    #[cfg_attr(
        all(all(unix), all(feature = "files")),
        doc = " | `open` | users with `scopes = \"read\"` |"
    )]
    #[cfg_attr(all(all(not(unix))), doc = " | `open` | any user |")]
    #[must_use]
    pub fn note_tools() -> ::auth::__private::Tools {
        ::auth::__private::Tools::of(
            &[
                #[cfg(unix)]
                #[cfg(feature = "files")]
                ("open", const { &Self::__oidc_policy_open }),
                #[cfg(not(unix))]
                (
                    "open",
                    const {
                        &<::auth::__private::Authenticated as ::auth::__private::Policy>::SPEC
                    },
                ),
            ],
        )
    }
}
#[cfg(feature = "mcp")]
#[cfg(unix)]
#[cfg(feature = "files")]
#[allow(unused_imports)]
use oidc::required as _;
#[cfg(feature = "mcp")]
#[cfg(not(unix))]
#[allow(unused_imports)]
use oidc::required as _;
