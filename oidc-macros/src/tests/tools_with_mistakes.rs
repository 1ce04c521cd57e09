#[tool_router]
impl Notes {
    #[tool]
    async fn list_notes(&self) {}
    #[tool]
    async fn delete_note(&self) {}
}
#[allow(
    clippy::elidable_lifetime_names,
    clippy::multiple_inherent_impl,
    clippy::needless_lifetimes,
    single_use_lifetimes,
    unreachable_pub,
)]
impl Notes {
    /// The tools of this server, and what each needs in addition to the server's base policy.
    #[must_use]
    pub fn tools() -> ::oidc::__private::Tools {
        ::oidc::__private::Tools::new()
    }
}
::core::compile_error! {
    "nothing says who may call the tool `list_notes`; write `#[oidc::required]` if the server's base policy is enough, or rules: `#[oidc::required(scopes = \"read\")]`"
}
::core::compile_error! {
    "unknown key `scope`; write `scopes = \"read write\"`"
}
