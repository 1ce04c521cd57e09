//! `NumericDate` (RFC 7519 §2).

use serde::de::{Deserialize, Deserializer, Error};

use crate::clock::UnixSeconds;

/// The last second of the year 9999. Later dates are mistakes, such as milliseconds.
pub(crate) const LATEST_DATE: UnixSeconds = 253_402_300_799;

/// Seconds since the Unix epoch. A fraction is dropped; a string is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NumericDate(pub(crate) UnixSeconds);

impl<'de> Deserialize<'de> for NumericDate {
    /// Deserializes a float, which represents every second up to [`LATEST_DATE`] exactly.
    /// `deserialize_any` would yield a map for a fraction if another crate enables the feature
    /// `arbitrary_precision` of `serde_json`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "dates have few digits, and the range is checked"
    )]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?.floor();
        if (0.0..=LATEST_DATE as f64).contains(&seconds) {
            Ok(Self(seconds as UnixSeconds))
        } else {
            Err(D::Error::custom("date out of range"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_range_only() {
        let date = |json: &str| {
            serde_json::from_str::<NumericDate>(json)
                .ok()
                .map(|date| date.0)
        };
        assert_eq!(date("1700000000"), Some(1_700_000_000));
        assert_eq!(date("1700000000.9"), Some(1_700_000_000));
        assert_eq!(date("1.7e9"), Some(1_700_000_000));
        assert_eq!(date("0"), Some(0));
        assert_eq!(date("253402300799"), Some(253_402_300_799));
        assert_eq!(date("253402300799.9"), Some(253_402_300_799));
        for bad in [
            "-1",
            "-0.5",
            "1e300",
            "253402300800",
            "1700000000000",
            "18446744073709551616",
            "\"1\"",
            "true",
            "null",
            "[]",
        ] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
