//! The clocks.

use std::time::{Duration, SystemTime};

use super::fetch::Fetched;
use super::finding::Finding;

const CHECK: &str = "clock";
/// What the server tolerates.
const TOLERATED: Duration = Duration::from_secs(30);
/// `Date` has whole seconds.
const RESOLUTION: Duration = Duration::from_secs(1);
const SMALL: Duration = Duration::from_secs(5);

pub(super) fn check(response: &Fetched) -> Option<Finding> {
    Some(judge(response.date?, response.between))
}

/// The other clock was read at some moment between sending the request and receiving its answer.
fn judge(date: SystemTime, (sent, received): (SystemTime, SystemTime)) -> Finding {
    let behind = sent.duration_since(date + RESOLUTION).unwrap_or_default();
    let ahead = date.duration_since(received).unwrap_or_default();
    let (off, direction) = if ahead > behind {
        (ahead, "ahead of")
    } else {
        (behind, "behind")
    };
    let saw = format!("{} s {direction} this machine's", off.as_secs());
    let finding = if off <= SMALL {
        return Finding::ok(
            CHECK,
            format!("within {} s of this machine's", SMALL.as_secs()),
        );
    } else if off <= TOLERATED {
        Finding::warning(CHECK, saw)
    } else {
        Finding::problem(CHECK, saw)
    };
    finding
        .why(format!(
            "tokens are rejected as expired or not yet valid where clocks differ by more than {} s",
            TOLERATED.as_secs()
        ))
        .fix("synchronize both clocks by NTP; a proxy or cache that sends an old `Date` looks the same")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    #[test]
    fn differences_are_judged_by_what_the_server_tolerates() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let at = |offset: i64| {
            let by = Duration::from_secs(offset.unsigned_abs());
            if offset < 0 { now - by } else { now + by }
        };
        for (offset, level) in [
            (0, Level::Ok),
            (-1, Level::Ok),
            (-6, Level::Ok),
            (-8, Level::Warning),
            (6, Level::Warning),
            (30, Level::Warning),
            (31, Level::Problem),
            (-40, Level::Problem),
        ] {
            assert_eq!(judge(at(offset), (now, now)).level, level, "{offset}");
        }
        let slow = (now, now + Duration::from_secs(60));
        assert_eq!(judge(at(60), slow).level, Level::Ok);
    }
}
