//! The registered claims, each parsed with its type (RFC 7519 §4.1, OpenID Connect Core §2).
//!
//! A claim of the wrong type is not skipped: it makes the token invalid.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

use super::binding::Binding;
use super::claims_error::ClaimsError;
use super::numeric_date::NumericDate;
#[cfg(feature = "sessions")]
use super::raw_claims::RawClaims;
use crate::jose::{Checked, CowStr, Members, read_object};

/// The claims that verification and most policies need, parsed in one pass.
#[derive(Debug, Default)]
pub(crate) struct RegisteredClaims {
    pub(crate) iss: Option<Box<str>>,
    pub(crate) sub: Option<Box<str>>,
    pub(crate) aud: Option<OneOrMany>,
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
    /// `client_id`, or else `cid` or `appid`: the application that the token was issued to.
    pub(super) client: Option<Box<str>>,
    /// A claim, other than `nonce` and `at_hash`, that only tokens of another kind have.
    other_kind: Option<&'static str>,
    /// `token_use`, `typ` or `azpacr` marks the token as an access token.
    pub(super) access_kind: bool,
    /// What the token is bound to (`cnf`, RFC 7800 §3).
    pub(super) binding: Option<Binding>,
}

impl RegisteredClaims {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, ClaimsError> {
        let mut reader = Reader::default();
        read_object(payload, &mut reader).map_err(|_| ClaimsError::malformed(reader.malformed))?;
        Ok(reader.finish())
    }

    /// The same from claims that were parsed, and checked for duplicates, before.
    #[cfg(feature = "sessions")]
    pub(super) fn of(claims: &RawClaims<'_>) -> Result<Self, ClaimsError> {
        let mut reader = Reader::default();
        for (name, mut value) in claims.iter() {
            let is_read = reader.member(name, &mut value);
            is_read.map_err(|_| ClaimsError::malformed(reader.malformed))?;
        }
        Ok(reader.finish())
    }

    /// The application that the token was issued to: `azp`, or else [`client`](Self::client).
    pub(super) fn authorized_party(&self) -> Option<&str> {
        self.azp.as_deref().or(self.client.as_deref())
    }

    /// The claim that marks the token as an ID token, a logout token, a refresh token and so on.
    pub(super) fn other_kind(&self) -> Option<&'static str> {
        let nonce = self.nonce.is_some().then_some("nonce");
        let at_hash = self.at_hash.is_some().then_some("at_hash");
        nonce.or(at_hash).or(self.other_kind)
    }

    /// The same, apart from claims of the user's sign-in, which servers repeat when they are asked about
    /// an access token.
    pub(super) fn stated_other_kind(&self) -> Option<&'static str> {
        self.other_kind
    }

    fn note(&mut self, claim: &'static str, kind: Kind) {
        match kind {
            Kind::Access => self.access_kind = true,
            Kind::Other => self.other_kind = Some(claim),
            Kind::Unknown => {}
        }
    }
}

/// The claims with a required type, and its description.
const TYPES: [(&str, &str); 15] = [
    ("iss", "a string"),
    ("sub", "a non-empty string"),
    ("aud", "a string or an array of strings"),
    ("exp", "a number of seconds since 1970"),
    ("nbf", "a number of seconds since 1970"),
    ("iat", "a number of seconds since 1970"),
    ("auth_time", "a number of seconds since 1970"),
    ("azp", "a string"),
    ("acr", "a string"),
    ("nonce", "a string"),
    ("at_hash", "a string"),
    ("scope", "a string or an array of strings"),
    ("scp", "a string or an array of strings"),
    ("token_use", "a string"),
    ("typ", "a string"),
];

/// The required type of a claim, in words.
pub(super) fn type_of(claim: &str) -> &'static str {
    let mut types = TYPES.into_iter();
    let found = types.find(|(name, _)| *name == claim);
    found.map_or("a value of another type", |(_, kind)| kind)
}

#[derive(Default)]
struct Reader {
    claims: RegisteredClaims,
    /// The claim that could not be read.
    malformed: Option<&'static str>,
    scope: Option<Scopes>,
    scp: Option<Scopes>,
    client_id: Option<Box<str>>,
    /// Okta's name for it.
    cid: Option<Box<str>>,
    /// Entra ID's name for it in tokens of version 1.
    appid: Option<Box<str>>,
}

impl<'de> Members<'de> for Reader {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let is_read = self.read(name, map);
        if is_read.is_err() {
            let mut names = TYPES.into_iter().map(|(known, _)| known);
            self.malformed = names.find(|known| *known == name);
        }
        is_read
    }
}

impl Reader {
    fn finish(self) -> RegisteredClaims {
        RegisteredClaims {
            scope: self.scope.or(self.scp).map(|Scopes(scopes)| scopes),
            client: self.client_id.or(self.cid).or(self.appid),
            ..self.claims
        }
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
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
            "client_id" => self.client_id = map.next_value::<Checked<'de>>()?.name(),
            "cid" => self.cid = map.next_value::<Checked<'de>>()?.name(),
            "appid" => self.appid = map.next_value::<Checked<'de>>()?.name(),
            // How the client authenticated: only access tokens of Entra ID have it, and for an
            // application without a user it is their only mark.
            "azpacr" => {
                claims.access_kind |= map.next_value::<Checked<'de>>()?.name().is_some();
            }
            "c_hash" => claims.other_kind = Some(skip("c_hash", map)?),
            "s_hash" => claims.other_kind = Some(skip("s_hash", map)?),
            "events" => claims.other_kind = Some(skip("events", map)?),
            "cnf" => claims.binding = Some(map.next_value()?),
            "token_use" => {
                let CowStr(kind) = map.next_value::<CowStr<'de>>()?;
                claims.note("token_use", Kind::of_token_use(&kind));
            }
            "typ" => {
                let CowStr(kind) = map.next_value::<CowStr<'de>>()?;
                claims.note("typ", Kind::of_typ(&kind));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Skips the value of a claim and returns the name.
fn skip<'de, A: MapAccess<'de>>(
    claim: &'static str,
    map: &mut A,
) -> Result<&'static str, A::Error> {
    map.next_value::<Checked<'de>>()?;
    Ok(claim)
}

/// One string or an array of strings, as `aud` may be (RFC 7519 §4.1.3).
#[derive(Debug, Default)]
pub(crate) struct OneOrMany(pub(crate) Vec<Box<str>>);

impl OneOrMany {
    pub(crate) fn contains(&self, value: &str) -> bool {
        self.0.iter().any(|item| &**item == value)
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StringsVisitor;

        impl<'de> Visitor<'de> for StringsVisitor {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_str<E: Error>(self, item: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![item.into()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OneOrMany, A::Error> {
                let mut strings = Vec::new();
                while let Some(item) = items.next_element()? {
                    strings.push(item);
                }
                Ok(OneOrMany(strings))
            }
        }

        deserializer.deserialize_any(StringsVisitor)
    }
}

/// Granted scopes, separated by spaces. Providers send a string or an array.
struct Scopes(Box<str>);

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let OneOrMany(scopes) = OneOrMany::deserialize(deserializer)?;
        match <[Box<str>; 1]>::try_from(scopes) {
            Ok([scopes]) => Ok(Self(scopes)),
            Err(scopes) => Ok(Self(scopes.join(" ").into())),
        }
    }
}

/// The kind of token that a claim indicates.
#[derive(Clone, Copy)]
enum Kind {
    Access,
    Other,
    Unknown,
}

impl Kind {
    /// `token_use` of Cognito's tokens, and of what Ory Hydra says about tokens.
    fn of_token_use(value: &str) -> Self {
        match value {
            "access" | "access_token" => Self::Access,
            _ => Self::Other,
        }
    }

    /// Keycloak's `typ`.
    fn of_typ(value: &str) -> Self {
        match value {
            "Bearer" => Self::Access,
            "ID" | "Refresh" | "Offline" | "Logout" => Self::Other,
            _ => Self::Unknown,
        }
    }
}
