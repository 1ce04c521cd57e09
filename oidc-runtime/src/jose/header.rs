//! The JOSE header (RFC 7515 §4).

use serde::de::{IgnoredAny, MapAccess};

use super::algorithm::{Algorithm, UnknownAlgorithm};
use super::error::TokenError;
use super::strict_json::{CowStr, Members, read_object};

/// The longest accepted `kid`. Those of providers are shorter.
const MAX_KID_BYTES: usize = 256;

/// The parameters in use. Keys that a header contains or refers to (`jwk`, `jku`, `x5c`, `x5u`) are
/// ignored: keys come from the provider's key set only (RFC 8725 §3.10).
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<Box<str>>,
    pub(crate) typ: Option<Box<str>>,
}

impl Header {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, TokenError> {
        let mut fields = Fields::default();
        read_object(json, &mut fields).map_err(|_| TokenError::Malformed)?;
        if fields.encrypted {
            return Err(TokenError::Encrypted);
        }
        if fields.extension {
            return Err(TokenError::HeaderUnsupported);
        }
        if fields
            .kid
            .as_ref()
            .is_some_and(|kid| kid.is_empty() || kid.len() > MAX_KID_BYTES)
        {
            return Err(TokenError::KeyUnknown);
        }
        let algorithm = fields.alg.ok_or(TokenError::Malformed)?;
        Ok(Self {
            algorithm: algorithm.map_err(|_| TokenError::AlgorithmNotAllowed)?,
            kid: fields.kid,
            typ: fields.typ,
        })
    }

    /// `typ` without the prefix `application/`, which RFC 7515 §4.1.9 allows to omit.
    pub(crate) fn media_type(&self) -> Option<&str> {
        let typ = self.typ.as_deref()?;
        let prefix = "application/";
        match typ.get(..prefix.len()) {
            Some(start) if start.eq_ignore_ascii_case(prefix) => typ.get(prefix.len()..),
            _ => Some(typ),
        }
    }
}

#[derive(Default)]
struct Fields {
    alg: Option<Result<Algorithm, UnknownAlgorithm>>,
    kid: Option<Box<str>>,
    typ: Option<Box<str>>,
    /// A parameter that only a JWE has (RFC 7516 §9).
    encrypted: bool,
    /// A parameter that changes how the token is processed (RFC 7515 §4.1.11, RFC 7797).
    extension: bool,
}

impl<'de> Members<'de> for Fields {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "alg" => self.alg = Some(map.next_value::<CowStr<'de>>()?.0.parse()),
            "kid" => self.kid = Some(map.next_value()?),
            "typ" => self.typ = Some(map.next_value()?),
            "enc" => {
                map.next_value::<IgnoredAny>()?;
                self.encrypted = true;
            }
            "crit" | "b64" | "zip" => {
                map.next_value::<IgnoredAny>()?;
                self.extension = true;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
