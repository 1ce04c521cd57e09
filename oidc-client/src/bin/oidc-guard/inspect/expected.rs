//! What the server's settings demand of a token.

use oidc_runtime::Algorithm;

use crate::settings::Settings;

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// An issuer whose tokens are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issuer {
    /// Its name in rules.
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) audiences: Vec<String>,
    /// The applications that tokens may have been issued to; none: any.
    pub(crate) parties: Vec<String>,
    pub(crate) algorithms: Vec<String>,
    pub(crate) is_asked: bool,
}

/// The accepted issuers: the server's own provider, then those of `OIDC_TRUST`.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) own: Issuer,
    pub(crate) trusted: Vec<Issuer>,
}

impl Expected {
    pub(crate) fn of(settings: &Settings) -> Self {
        let trusted = settings.words("OIDC_TRUST");
        let partner = |name: &String| {
            let prefix = format!("OIDC_TRUST_{}", name.to_ascii_uppercase());
            issuer(
                settings,
                name,
                &prefix,
                settings.words(&format!("{prefix}_AUDIENCE")),
            )
        };
        let mut own = issuer(settings, "own", "OIDC", own_audiences(settings));
        own.parties = settings.words("OIDC_AUTHORIZED_PARTIES");
        Self {
            own,
            trusted: trusted.iter().map(partner).collect(),
        }
    }

    /// The issuer that a token names, or else the server's own provider.
    pub(crate) fn issuer(&self, iss: Option<&str>) -> &Issuer {
        let iss = iss.map(|iss| iss.trim_end_matches('/'));
        let named = self
            .trusted
            .iter()
            .find(|one| Some(one.address.trim_end_matches('/')) == iss);
        named.unwrap_or(&self.own)
    }

    pub(crate) fn addresses(&self) -> Vec<&str> {
        let trusted = self.trusted.iter();
        [&self.own]
            .into_iter()
            .chain(trusted)
            .map(|one| one.address.as_str())
            .collect()
    }
}

fn issuer(settings: &Settings, name: &str, prefix: &str, audiences: Vec<String>) -> Issuer {
    let get = |setting: &str| settings.get(&format!("{prefix}_{setting}"));
    let location = get("DISCOVERY_URL").unwrap_or_default();
    let location = location
        .split_once(WELL_KNOWN)
        .map_or(location, |(base, _)| base);
    let algorithms: Vec<String> = settings.words(&format!("{prefix}_ALGORITHMS"));
    let all = || {
        Algorithm::ALL
            .map(|algorithm| algorithm.name().to_owned())
            .to_vec()
    };
    Issuer {
        name: name.to_owned(),
        address: get("ISSUER").unwrap_or(location).to_owned(),
        audiences,
        parties: Vec::new(),
        algorithms: if algorithms.is_empty() {
            all()
        } else {
            algorithms
        },
        is_asked: matches!(get("INTROSPECTION"), Some("opaque" | "always")),
    }
}

fn own_audiences(settings: &Settings) -> Vec<String> {
    let mut audiences = settings.words("OIDC_RESOURCE");
    audiences.extend(settings.words("OIDC_AUDIENCE"));
    if audiences.is_empty() {
        audiences.extend(settings.get("OIDC_CLIENT_ID").map(str::to_owned));
    }
    audiences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_id_is_the_audience_by_default() {
        let settings = Settings::of(&[
            ("OIDC_CLIENT_ID", "shop"),
            (
                "OIDC_DISCOVERY_URL",
                "https://id.example/.well-known/openid-configuration",
            ),
            ("OIDC_TRUST", "partner"),
            (
                "OIDC_TRUST_PARTNER_DISCOVERY_URL",
                "https://partner.example/",
            ),
            ("OIDC_TRUST_PARTNER_AUDIENCE", "a b"),
        ]);
        let expected = Expected::of(&settings);
        assert_eq!(expected.own.audiences, ["shop"]);
        assert_eq!(
            expected.addresses(),
            ["https://id.example", "https://partner.example/"]
        );
        let partner = expected.issuer(Some("https://partner.example"));
        assert_eq!(
            (partner.name.as_str(), partner.audiences.len()),
            ("partner", 2)
        );
        assert_eq!(expected.issuer(Some("https://else.example")).name, "own");
    }

    #[test]
    fn resource_and_audience_are_both_accepted() {
        let settings = Settings::of(&[
            ("OIDC_CLIENT_ID", "shop"),
            ("OIDC_RESOURCE", "https://api.example"),
            ("OIDC_AUDIENCE", "shop-api"),
        ]);
        assert_eq!(
            Expected::of(&settings).own.audiences,
            ["https://api.example", "shop-api"]
        );
    }
}
