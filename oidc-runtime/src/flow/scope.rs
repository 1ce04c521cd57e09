//! The scopes of a sign-in.

use crate::config::with_openid;

/// The configured scopes; `wanted` adds or removes `offline_access`.
pub(super) fn with_offline_access(scopes: &str, wanted: Option<bool>) -> String {
    let mut scopes: Vec<_> = scopes.split(' ').collect();
    if wanted.is_some() {
        scopes.retain(|scope| *scope != OFFLINE_ACCESS);
    }
    if wanted == Some(true) {
        scopes.push(OFFLINE_ACCESS);
    }
    with_openid(&scopes.join(" "))
}

const OFFLINE_ACCESS: &str = "offline_access";

pub(super) fn requests_offline_access(scopes: &str) -> bool {
    scopes.split(' ').any(|scope| scope == OFFLINE_ACCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_decides_about_offline_access() {
        for (configured, wanted, scope) in [
            ("openid profile", None, "openid profile"),
            ("openid offline_access", None, "openid offline_access"),
            (
                "openid profile",
                Some(true),
                "openid profile offline_access",
            ),
            (
                "offline_access email",
                Some(true),
                "openid email offline_access",
            ),
            ("openid offline_access", Some(false), "openid"),
            ("", Some(false), "openid"),
        ] {
            assert_eq!(
                with_offline_access(configured, wanted),
                scope,
                "{configured} {wanted:?}"
            );
        }
    }
}
