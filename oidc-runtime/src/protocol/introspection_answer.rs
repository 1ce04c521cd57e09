//! What a server says about a token (RFC 7662 §2.2).

use serde::de::MapAccess;

use crate::jose::{Members, read_object};

/// An answer that can be relied upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Introspected {
    /// The token is active. The answer holds its claims, which have not been validated.
    Active(Box<str>),
    Inactive,
}

/// The only member that every answer has.
#[derive(Default)]
struct Active(Option<bool>);

impl<'de> Members<'de> for Active {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != "active" {
            return Ok(false);
        }
        self.0 = Some(map.next_value()?);
        Ok(true)
    }
}

impl Introspected {
    /// Reads an answer; `None` if it is none: not a JSON object with unique names, or without a boolean
    /// `active`.
    pub(crate) fn parse(json: &[u8]) -> Option<Self> {
        let mut active = Active::default();
        read_object(json, &mut active).ok()?;
        if active.0? {
            Some(Self::Active(str::from_utf8(json).ok()?.into()))
        } else {
            Some(Self::Inactive)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_boolean_says_whether_a_token_is_active() {
        let active = r#"{"active": true, "sub": "alice"}"#;
        let parse = |text: &str| Introspected::parse(text.as_bytes());
        assert_eq!(parse(active), Some(Introspected::Active(active.into())));
        assert_eq!(parse(r#"{"active":false}"#), Some(Introspected::Inactive));
        for other in [
            "",
            "{}",
            "true",
            "[]",
            r#"[{"active":true}]"#,
            r#"{"active":"true"}"#,
            r#"{"active":1}"#,
            r#"{"active":null}"#,
            r#"{"active":false,"active":true}"#,
            r#"{"active":true,"sub":"a","sub":"b"}"#,
            r#"{"active":true} x"#,
            "<html>",
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
