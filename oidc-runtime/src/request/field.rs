//! Header fields of which a client sends at most one.

use super::RequestParts;

/// The fields of one name.
#[derive(Clone, Copy)]
pub(crate) enum Field<'r> {
    Absent,
    One(&'r [u8]),
    Several,
}

impl<'r> Field<'r> {
    /// The name is given in lower case.
    pub(crate) fn of(request: &RequestParts<'r>, name: &str) -> Self {
        let mut fields = request.fields(name);
        match (fields.next(), fields.next()) {
            (None, _) => Self::Absent,
            (Some(field), None) => Self::One(field),
            (Some(_), Some(_)) => Self::Several,
        }
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn is(self, value: &str) -> bool {
        matches!(self, Self::One(field) if field == value.as_bytes())
    }

    pub(crate) fn is_absent(self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The text of the only field.
    pub(crate) fn text(self) -> Option<&'r str> {
        match self {
            Self::One(field) => std::str::from_utf8(field).ok(),
            Self::Absent | Self::Several => None,
        }
    }
}
