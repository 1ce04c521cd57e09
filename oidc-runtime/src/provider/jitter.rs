//! Jitter, so that instances that started at the same time do not refresh at the same time.

use std::time::Duration;

/// A duration between `earliest` and `latest`, selected by `random`.
pub(super) fn between(earliest: Duration, latest: Duration, random: u16) -> Duration {
    let range = latest.saturating_sub(earliest);
    earliest.saturating_add(range.saturating_mul(u32::from(random)) / u32::from(u16::MAX))
}

pub(super) fn random() -> u16 {
    let mut bytes = [0; 2];
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => u16::from_ne_bytes(bytes),
        // Without randomness there is no jitter, which is harmless.
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_the_whole_range() {
        let hour = Duration::from_secs(60 * 60);
        let between = |random| between(hour * 7 / 10, hour * 8 / 10, random);
        assert_eq!(between(0), Duration::from_secs(42 * 60));
        assert_eq!(between(u16::MAX), Duration::from_secs(48 * 60));
        assert_eq!(between(u16::MAX / 3), Duration::from_secs(44 * 60));
    }
}
