//! Header fields of which a client sends at most one.

use crate::request::RequestParts;

/// The fields of one name.
#[derive(Clone, Copy)]
pub(super) enum Field<'r> {
    Absent,
    One(&'r [u8]),
    Several,
}

impl<'r> Field<'r> {
    /// The name is given in lower case.
    pub(super) fn of(request: &RequestParts<'r>, name: &str) -> Self {
        let mut fields = request.fields(name);
        match (fields.next(), fields.next()) {
            (None, _) => Self::Absent,
            (Some(field), None) => Self::One(field),
            (Some(_), Some(_)) => Self::Several,
        }
    }

    pub(super) fn is(self, value: &str) -> bool {
        matches!(self, Self::One(field) if field == value.as_bytes())
    }

    pub(super) fn is_absent(self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The text of the only field.
    pub(super) fn text(self) -> Option<&'r str> {
        match self {
            Self::One(field) => std::str::from_utf8(field).ok(),
            Self::Absent | Self::Several => None,
        }
    }
}
