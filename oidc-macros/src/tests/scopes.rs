pub mod scope {
    /// May read.
    ///
    /// **Scope:** `read`, implied by `write`, `admin`.
    #[allow(dead_code)]
    pub const READ: crate::__private::OAuthScope = crate::__private::OAuthScope::new(
        "read",
        &["write", "admin"],
    );
    /// **Scope:** `write`, implied by `admin`.
    #[allow(dead_code)]
    pub const WRITE: crate::__private::OAuthScope = crate::__private::OAuthScope::new(
        "write",
        &["admin"],
    );
    /// **Scope:** `admin`.
    #[allow(dead_code)]
    pub const ADMIN: crate::__private::OAuthScope = crate::__private::OAuthScope::new(
        "admin",
        &[],
    );
    #[allow(unused_macros)]
    macro_rules! __oidc_scope {
        ("read") => {
            crate ::__private::OAuthScope::new("read", & ["write", "admin"])
        };
        ("write") => {
            crate ::__private::OAuthScope::new("write", & ["admin"])
        };
        ("admin") => {
            crate ::__private::OAuthScope::new("admin", & [])
        };
        ($other:tt) => {
            crate ::__private::unregistered_scope! { $other "read" "write" "admin" }
        };
    }
    #[allow(unused_imports, clippy::redundant_pub_crate)]
    pub(crate) use __oidc_scope;
}
