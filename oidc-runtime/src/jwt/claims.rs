//! The registered claims, each read with its type (RFC 7519 §4.1, OpenID Connect Core §2).
//!
//! JWT libraries tend to skip a claim of the wrong type. Here it refuses the token.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

use super::date::NumericDate;
use super::reason::TokenError;
use super::strict_json::{Members, Taken, read_object};

/// The claims that verification and most policies need, read in one pass.
#[derive(Debug, Default)]
pub(crate) struct RegisteredClaims {
    pub(crate) iss: Option<Box<str>>,
    pub(crate) sub: Option<Box<str>>,
    pub(crate) aud: Option<Strings>,
    pub(crate) exp: Option<NumericDate>,
    pub(crate) nbf: Option<NumericDate>,
    pub(crate) iat: Option<NumericDate>,
    pub(crate) auth_time: Option<NumericDate>,
    pub(crate) azp: Option<Box<str>>,
    pub(crate) acr: Option<Box<str>>,
    pub(crate) nonce: Option<Box<str>>,
    pub(crate) at_hash: Option<Box<str>>,
    /// `scope`, or else `scp`.
    pub(crate) scope: Option<Box<str>>,
    /// The token says of itself that it is an ID token, a refresh token and so on.
    pub(crate) other_use: bool,
}

impl RegisteredClaims {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        let mut reader = Reader::default();
        read_object(payload, &mut reader).map_err(|_| TokenError::ClaimsMalformed)?;
        let mut claims = reader.claims;
        claims.scope = reader.scope.or(reader.scp).map(|Scopes(scopes)| scopes);
        Ok(claims)
    }
}

#[derive(Default)]
struct Reader {
    claims: RegisteredClaims,
    scope: Option<Scopes>,
    scp: Option<Scopes>,
}

impl<'de> Members<'de> for Reader {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<Taken, A::Error> {
        let claims = &mut self.claims;
        match name {
            "iss" => claims.iss = Some(map.next_value()?),
            "sub" => claims.sub = Some(map.next_value()?),
            "aud" => claims.aud = Some(map.next_value()?),
            "exp" => claims.exp = Some(map.next_value()?),
            "nbf" => claims.nbf = Some(map.next_value()?),
            "iat" => claims.iat = Some(map.next_value()?),
            "auth_time" => claims.auth_time = Some(map.next_value()?),
            "azp" => claims.azp = Some(map.next_value()?),
            "acr" => claims.acr = Some(map.next_value()?),
            "nonce" => claims.nonce = Some(map.next_value()?),
            "at_hash" => claims.at_hash = Some(map.next_value()?),
            "scope" => self.scope = Some(map.next_value()?),
            "scp" => self.scp = Some(map.next_value()?),
            "c_hash" => {
                map.next_value::<IgnoredAny>()?;
                claims.other_use = true;
            }
            "token_use" => claims.other_use |= map.next_value::<TokenUse>()?.0,
            "typ" => claims.other_use |= map.next_value::<KeycloakType>()?.0,
            _ => return Ok(Taken::No),
        }
        Ok(Taken::Yes)
    }
}

/// One string or an array of strings, as `aud` may be (RFC 7519 §4.1.3).
#[derive(Debug, Default)]
pub(crate) struct Strings(pub(crate) Vec<Box<str>>);

impl Strings {
    pub(crate) fn contains(&self, value: &str) -> bool {
        self.0.iter().any(|item| &**item == value)
    }
}

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StringsVisitor;

        impl<'de> Visitor<'de> for StringsVisitor {
            type Value = Strings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_str<E: Error>(self, item: &str) -> Result<Strings, E> {
                Ok(Strings(vec![item.into()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strings, A::Error> {
                let mut strings = Vec::new();
                while let Some(item) = items.next_element()? {
                    strings.push(item);
                }
                Ok(Strings(strings))
            }
        }

        deserializer.deserialize_any(StringsVisitor)
    }
}

/// Granted scopes, separated by spaces; providers send a string or an array.
struct Scopes(Box<str>);

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Strings(scopes) = Strings::deserialize(deserializer)?;
        match <[Box<str>; 1]>::try_from(scopes) {
            Ok([scopes]) => Ok(Self(scopes)),
            Err(scopes) => Ok(Self(scopes.join(" ").into())),
        }
    }
}

/// Cognito's `token_use`: only `access` is an access token.
struct TokenUse(bool);

impl<'de> Deserialize<'de> for TokenUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(&*Box::<str>::deserialize(deserializer)? != "access"))
    }
}

/// Keycloak's `typ` claim: the kinds of its tokens that are not access tokens.
struct KeycloakType(bool);

impl<'de> Deserialize<'de> for KeycloakType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kind = Box::<str>::deserialize(deserializer)?;
        Ok(Self(matches!(
            &*kind,
            "ID" | "Refresh" | "Offline" | "Logout"
        )))
    }
}
