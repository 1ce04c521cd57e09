//! Access tokens that are bound to a key or a certificate.

/// What happens to access tokens that are bound to a key or a certificate by `cnf` (RFC 7800), when they
/// come as bearer tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoundTokens {
    /// They are rejected: nothing proves that the client has the key (RFC 9449 §7.2, RFC 8705 §3).
    #[default]
    Refused,
    /// A gateway in front of the application ends TLS, and lets a token that is bound to a client
    /// certificate pass only with that certificate (RFC 8705 §3). Tokens with nothing but the thumbprint
    /// of a certificate (`x5t#S256`) in `cnf` are accepted; all others are rejected.
    ///
    /// Whoever reaches the application without the gateway needs no certificate.
    CheckedByGateway,
}

impl BoundTokens {
    pub(super) fn of_variable(text: &str) -> Result<Self, String> {
        match text {
            "refused" => Ok(Self::Refused),
            "checked-by-gateway" => Ok(Self::CheckedByGateway),
            _ => Err("must be `refused` or `checked-by-gateway`".into()),
        }
    }
}
