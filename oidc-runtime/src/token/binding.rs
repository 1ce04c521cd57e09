//! What a token is bound to (`cnf`, RFC 7800 §3).

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::jose::{Checked, CowStr};

/// The confirmation method of certificates (RFC 8705 §3.1).
const CERTIFICATE: &str = "x5t#S256";

/// What a token is bound to. Whoever presents it has to prove that they have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// To nothing but a client certificate.
    Certificate,
    /// To a key, or to something unknown.
    Other,
}

impl<'de> Deserialize<'de> for Binding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BindingVisitor)
    }
}

/// Whatever the claim is, the token is bound.
struct BindingVisitor;

impl<'de> Visitor<'de> for BindingVisitor {
    type Value = Binding;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Binding, A::Error> {
        let mut methods = 0;
        let mut has_certificate = false;
        while let Some(CowStr(method)) = map.next_key::<CowStr<'de>>()? {
            let is_text = map.next_value::<Checked<'de>>()?.name().is_some();
            has_certificate |= method == CERTIFICATE && is_text;
            methods += 1;
        }
        Ok(if methods == 1 && has_certificate {
            Binding::Certificate
        } else {
            Binding::Other
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Binding, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Binding::Other)
    }

    fn visit_unit<E>(self) -> Result<Binding, E> {
        Ok(Binding::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Binding, E> {
        Ok(Binding::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Binding, E> {
        Ok(Binding::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Binding, E> {
        Ok(Binding::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Binding, E> {
        Ok(Binding::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Binding, E> {
        Ok(Binding::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_thumbprint_of_a_certificate_is_one() {
        for text in [r#"{"x5t#S256":"abc"}"#, r#"{"x5t\u0023S256":"abc"}"#] {
            assert_eq!(
                serde_json::from_str::<Binding>(text).unwrap(),
                Binding::Certificate
            );
        }
        for text in [
            r#"{"x5t#S256":""}"#,
            r#"{"x5t#S256":7}"#,
            r#"{"x5t#S256":"abc","jkt":"def"}"#,
            r#"{"x5t#S256":"abc","x5t#S256":"abc"}"#,
            r#"{"jkt":"abc"}"#,
            "{}",
            "null",
            "true",
            "1",
            "-1",
            "1.5",
            r#""x5t#S256""#,
            r#"["x5t#S256"]"#,
        ] {
            let binding = serde_json::from_str::<Binding>(text).unwrap();
            assert_eq!(binding, Binding::Other, "{text}");
        }
    }
}
