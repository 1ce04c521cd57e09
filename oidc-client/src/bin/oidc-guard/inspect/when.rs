//! Points in time, in words.

use std::time::{Duration, SystemTime};

/// A moment of a claim, such as `3 minutes ago (Sun, 29 Nov 2026 03:03:26 GMT)`.
pub(crate) fn moment(seconds: f64, now: SystemTime) -> String {
    let Some(at) = at(seconds) else {
        return "at no date that exists".to_owned();
    };
    let date = httpdate::fmt_http_date(at);
    match now.duration_since(at) {
        Ok(past) if past.as_secs() == 0 => format!("just now ({date})"),
        Ok(past) => format!("{} ago ({date})", span(past)),
        Err(future) => format!("in {} ({date})", span(future.duration())),
    }
}

/// The moment, if calendars have it.
fn at(seconds: f64) -> Option<SystemTime> {
    const YEAR_9999: f64 = 253_402_300_800.0;
    if !(0.0..YEAR_9999).contains(&seconds) {
        return None;
    }
    SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

/// A duration in its largest unit.
pub(crate) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_one_unit() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (180, "3 minutes"),
            (3600, "1 hour"),
            (86_400, "24 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn moments_are_relative_and_absolute() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert_eq!(
            moment(999_820.0, now),
            "3 minutes ago (Mon, 12 Jan 1970 13:43:40 GMT)"
        );
        assert!(moment(1_000_060.0, now).starts_with("in 1 minute ("));
        for nonsense in [-1.0, 1e300, f64::INFINITY, f64::NAN] {
            assert_eq!(moment(nonsense, now), "at no date that exists");
        }
    }
}
