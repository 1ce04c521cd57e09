//! Providers to behave like.

use serde::Deserialize;

use super::refresh::{RefreshRotation, RefreshTokens};

/// A provider to behave like, as far as an application notices.
///
/// Settings of a client take precedence. What is not listed here is as without a preset: users,
/// lifetimes, paths of endpoints, pages, and checks that are stricter than the provider's own.
///
/// ```
/// use oidc_devidp::{DevIdp, Preset};
///
/// let idp = DevIdp::builder().port(0).preset(Preset::Keycloak).start()?;
/// assert!(idp.issuer().ends_with("/realms/dev"));
/// # Ok::<(), oidc_devidp::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Preset {
    /// In TOML `"keycloak"`: Keycloak with the defaults of a new realm.
    ///
    /// - The issuer has a path, `/realms/dev`.
    /// - Every sign-in brings a refresh token, which ends with the session unless the scope
    ///   `offline_access` was granted. A refresh brings another one, and the old one stays valid.
    /// - Access tokens have the header `typ` `JWT` in place of `at+jwt`, the claims `typ` (`Bearer`)
    ///   and `sid`, and `azp` without `client_id`. ID tokens have the claim `typ` (`ID`).
    /// - The roles, `realm_access` and `resource_access`, are in access tokens only: neither in ID
    ///   tokens nor in the userinfo response.
    Keycloak,
    /// In TOML `"google"`: Google.
    ///
    /// - Access tokens are opaque.
    /// - A refresh token comes with `access_type=offline` only, once for each user unless
    ///   `prompt=consent` asks again. A refresh brings none: the token stays. The scope
    ///   `offline_access` is `invalid_scope`.
    /// - ID tokens have no `sid`, `acr` and `auth_time`.
    /// - The metadata has no `end_session_endpoint` and no `introspection_endpoint`, and there are no logout tokens.
    /// - Authorization responses have no `iss` (RFC 9207).
    Google,
    /// In TOML `"entra_id"`: Microsoft Entra ID, with tokens of version 2.
    ///
    /// - The issuer has a path, the tenant and `v2.0`.
    /// - A refresh token comes with the scope `offline_access`. A refresh brings another one, and the
    ///   old one stays valid.
    /// - Access tokens have the header `typ` `JWT` in place of `at+jwt`, `scp` in place of `scope`,
    ///   and `azp` without `client_id`. Where their audience is not the client itself, their `sub` is
    ///   not that of the ID token, and the userinfo endpoint does not take them.
    /// - All tokens have `oid`, `tid` and `ver`, and neither `acr` nor `auth_time`. ID tokens have no
    ///   `sid` and no `at_hash`. Roles are the claim `roles` that a user is configured with.
    /// - The metadata has no `revocation_endpoint` and no `introspection_endpoint`, and there are no logout tokens.
    /// - Authorization responses have no `iss` (RFC 9207).
    EntraId,
    /// In TOML `"auth0"`: Auth0, with refresh token rotation and the token profile of Auth0.
    ///
    /// - The issuer ends in a slash.
    /// - Access tokens of a client without `audience` are opaque. With one, which stands for the
    ///   tenant's default audience, they are JWTs with the header `typ` `JWT` in place of `at+jwt`,
    ///   `azp` without `client_id`, and for the scope `openid` the userinfo endpoint as a further
    ///   `aud`.
    /// - A refresh token comes with the scope `offline_access`, and is strictly rotated.
    /// - The metadata has no `introspection_endpoint`.
    Auth0,
}

impl Preset {
    /// The tenant of Entra ID.
    pub(crate) const TENANT: &str = "6f2a1c3e-5b7d-4e9f-8a1b-2c3d4e5f6a7b";

    /// What the issuer has behind the host.
    pub(crate) fn issuer_path(self) -> String {
        match self {
            Self::Keycloak => "/realms/dev".to_owned(),
            Self::Google => String::new(),
            Self::EntraId => format!("/{}/v2.0", Self::TENANT),
            Self::Auth0 => "/".to_owned(),
        }
    }

    pub(crate) fn sends_logout_tokens(self) -> bool {
        matches!(self, Self::Keycloak | Self::Auth0)
    }

    /// Whether authorization responses name the issuer (RFC 9207).
    pub(crate) fn names_issuer(self) -> bool {
        !matches!(self, Self::Google | Self::EntraId)
    }

    pub(super) fn has_offline_access(self) -> bool {
        self != Self::Google
    }

    pub(super) fn refresh_rotation(self) -> RefreshRotation {
        match self {
            Self::Keycloak | Self::EntraId => RefreshRotation::Lenient,
            Self::Google => RefreshRotation::Never,
            Self::Auth0 => RefreshRotation::Strict,
        }
    }

    pub(super) fn refresh_tokens(self) -> RefreshTokens {
        match self {
            Self::Keycloak => RefreshTokens::Always,
            Self::Google => RefreshTokens::AccessType,
            Self::EntraId | Self::Auth0 => RefreshTokens::OfflineAccess,
        }
    }
}
