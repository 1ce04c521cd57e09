//! Where a discovery document may be that is not at the given address. Always on the same host.

use url::Url;

use super::segments;
use crate::doctor::document::with_well_known;

/// An address to look at, and what it means if there is a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    pub(crate) address: Url,
    pub(crate) meaning: String,
}

/// The addresses to try, the likely ones first.
pub(crate) fn candidates(asked: &Url) -> Vec<Elsewhere> {
    let path = segments(asked);
    let mut found = Vec::new();
    let mut add = |path: String, meaning: String| {
        let mut address = asked.clone();
        address.set_query(None);
        address.set_path(&path);
        let address = with_well_known(&address);
        found.push(Elsewhere { address, meaning });
    };
    match path.as_slice() {
        ["auth", "realms", realm, ..] => add(
            format!("/realms/{realm}"),
            "since version 17 the addresses of Keycloak have no /auth: configure that address".to_owned(),
        ),
        ["realms", realm, ..] => add(
            format!("/auth/realms/{realm}"),
            "this Keycloak is older than version 17, or has `--http-relative-path=/auth`: configure that \
             address"
                .to_owned(),
        ),
        _ => {
            for base in ["", "/auth"] {
                add(
                    format!("{base}/realms/master"),
                    format!(
                        "this is a Keycloak: its issuers are realms, so configure \
                         {}{base}/realms/REALM, with the name of yours",
                        asked.origin().ascii_serialization()
                    ),
                );
            }
        }
    }
    if !path.is_empty() {
        add(String::new(), "configure that address".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(asked: &str) -> Vec<String> {
        let asked = Url::parse(asked).expect("a URL");
        let all = candidates(&asked);
        assert!(all.iter().all(|one| one.address.origin() == asked.origin()));
        let path = |one: &Elsewhere| {
            one.address
                .path()
                .replace("/.well-known/openid-configuration", "")
        };
        all.iter().map(path).collect()
    }

    #[test]
    fn old_and_new_addresses_of_keycloak_lead_to_each_other() {
        assert_eq!(paths("https://h/auth/realms/shop"), ["/realms/shop", ""]);
        assert_eq!(
            paths("https://h/realms/shop/.well-known/openid-configuration"),
            ["/auth/realms/shop", ""]
        );
    }

    #[test]
    fn a_realm_may_be_missing() {
        assert_eq!(
            paths("https://h/"),
            ["/realms/master", "/auth/realms/master"]
        );
        assert_eq!(
            paths("https://h/x?y"),
            ["/realms/master", "/auth/realms/master", ""]
        );
    }
}
