//! `NumericDate` (RFC 7519 §2).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::clock::UnixSeconds;

/// The last second of the year 9999. What lies beyond is a mistake, such as milliseconds.
const LATEST: UnixSeconds = 253_402_300_799;

/// Seconds since the epoch; a fraction is allowed and dropped, a string is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NumericDate(pub(crate) UnixSeconds);

impl NumericDate {
    fn in_range<E: Error>(seconds: UnixSeconds) -> Result<Self, E> {
        if (0..=LATEST).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(E::custom("date out of range"))
        }
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DateVisitor;

        impl Visitor<'_> for DateVisitor {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds")
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<NumericDate, E> {
                NumericDate::in_range(seconds)
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<NumericDate, E> {
                NumericDate::in_range(seconds.try_into().map_err(E::custom)?)
            }

            #[expect(
                clippy::cast_possible_truncation,
                reason = "a saturated cast is out of range"
            )]
            fn visit_f64<E: Error>(self, seconds: f64) -> Result<NumericDate, E> {
                NumericDate::in_range(seconds.floor() as UnixSeconds)
            }
        }

        deserializer.deserialize_any(DateVisitor)
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
        for bad in [
            "-1",
            "-0.5",
            "1e300",
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
