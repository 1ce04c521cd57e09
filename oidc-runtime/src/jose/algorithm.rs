//! The supported signature algorithms: asymmetric ones only.

use std::fmt;
use std::str::FromStr;

/// A JWS signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
///
/// `none` and the HMAC algorithms do not exist here, so no configuration can allow them. Used by
/// [`OidcBuilder::algorithms`](crate::OidcBuilder::algorithms).
///
/// ```
/// use oidc::Algorithm;
///
/// assert_eq!("RS256".parse(), Ok(Algorithm::Rs256));
/// assert!("none".parse::<Algorithm>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// ECDSA with P-384 and SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Every supported algorithm, in the order of RFC 7518 §3.1. All are accepted by default.
    ///
    /// ```
    /// use oidc::Algorithm;
    ///
    /// let without_rsa = Algorithm::ALL.into_iter().filter(|algorithm| {
    ///     matches!(algorithm, Algorithm::Es256 | Algorithm::Es384 | Algorithm::EdDsa)
    /// });
    /// let builder = oidc::Oidc::builder().algorithms(without_rsa);
    /// # drop(builder);
    /// ```
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// The name in the `alg` parameter of JWS headers and keys.
    ///
    /// ```
    /// use oidc::Algorithm;
    ///
    /// assert_eq!(Algorithm::Es256.name(), "ES256");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Names are case-sensitive (RFC 7515 §4.1.1).
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(UnknownAlgorithm(()))
    }
}

/// The error of [`Algorithm::from_str`]: the text does not name a supported algorithm.
///
/// ```
/// let error = "HS256".parse::<oidc::Algorithm>().unwrap_err();
/// assert!(error.to_string().starts_with("expected one of RS256, RS384"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAlgorithm(());

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA")
    }
}

impl std::error::Error for UnknownAlgorithm {}
