//! Authorization grants (RFC 6749 §1.3).

/// RFC 8628 §3.4.
pub(crate) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What is exchanged for tokens.
pub(crate) enum Grant<'g> {
    /// RFC 6749 §4.1.3, RFC 7636 §4.5.
    Code {
        code: &'g str,
        redirect_uri: &'g str,
        verifier: &'g str,
    },
    /// RFC 6749 §6.
    Refresh { token: &'g str },
    /// RFC 8628 §3.4.
    Device { code: &'g str },
    /// RFC 6749 §4.4; `audience` is what some providers want instead of a resource.
    #[cfg(feature = "client")]
    ClientCredentials {
        scope: Option<&'g str>,
        audience: Option<&'g str>,
    },
}

impl Grant<'_> {
    pub(super) fn parameters(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Code {
                code,
                redirect_uri,
                verifier,
            } => vec![
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect_uri),
                ("code_verifier", verifier),
            ],
            Self::Refresh { token } => {
                vec![("grant_type", "refresh_token"), ("refresh_token", token)]
            }
            Self::Device { code } => vec![("grant_type", DEVICE_GRANT), ("device_code", code)],
            #[cfg(feature = "client")]
            Self::ClientCredentials { scope, audience } => {
                let optional = [("scope", *scope), ("audience", *audience)];
                let given = optional
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)));
                std::iter::once(("grant_type", "client_credentials"))
                    .chain(given)
                    .collect()
            }
        }
    }
}
