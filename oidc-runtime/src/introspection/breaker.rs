//! Whether a server that has failed is asked again.

use std::time::Duration;

use tokio::time::Instant;

/// How many failures in a row open it.
const FAILURES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// If nobody has asked for this long, one more question does no harm.
const QUIET: Duration = Duration::from_secs(1);

/// Counts failures, and opens after several in a row: then nobody is let through until a pause is
/// over, and one caller after that, whose success closes it.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: State,
    last_asked: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed {
        failures: u32,
    },
    /// Failures of calls from before do not count any more.
    Open {
        until: Instant,
        pause: Duration,
    },
    /// One caller tries. The others wait for the outcome, and go on if there is none.
    Trying {
        until: Instant,
        pause: Duration,
    },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Lets a caller through, or tells how long to wait.
    pub(super) fn pass(&mut self, now: Instant) -> Result<(), Duration> {
        let last_asked = self.last_asked.replace(now);
        let (State::Open { until, pause } | State::Trying { until, pause }) = self.state else {
            return Ok(());
        };
        let is_quiet = last_asked.is_none_or(|last| now.duration_since(last) >= QUIET);
        if now < until && !is_quiet {
            return Err(until - now);
        }
        self.state = State::Trying {
            until: now + FIRST_PAUSE,
            pause,
        };
        Ok(())
    }

    pub(super) fn succeeded(&mut self) {
        self.state = State::default();
    }

    pub(super) fn failed(&mut self, now: Instant) {
        let pause = match self.state {
            State::Closed { failures } if failures + 1 < FAILURES => {
                self.state = State::Closed {
                    failures: failures + 1,
                };
                return;
            }
            State::Closed { .. } => FIRST_PAUSE,
            State::Open { .. } => return,
            State::Trying { pause, .. } => (pause * 2).min(LONGEST_PAUSE),
        };
        self.state = State::Open {
            until: now + pause,
            pause,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Server {
        breaker: Breaker,
        start: Instant,
    }

    impl Server {
        fn failing(times: u32) -> Self {
            let start = Instant::now();
            let mut breaker = Breaker::default();
            for _ in 0..times {
                breaker.failed(start);
            }
            Self { breaker, start }
        }

        fn pass(&mut self, after_ms: u64) -> Result<(), Duration> {
            self.breaker
                .pass(self.start + Duration::from_millis(after_ms))
        }

        fn failed(&mut self, after_ms: u64) {
            self.breaker
                .failed(self.start + Duration::from_millis(after_ms));
        }
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn five_failures_open_it_for_a_second() {
        assert_eq!(Server::failing(4).pass(0), Ok(()));
        let mut server = Server::failing(4);
        assert_eq!(server.pass(0), Ok(()));
        server.failed(0);
        assert_eq!(server.pass(0), Err(SECOND));
        assert_eq!(server.pass(999), Err(Duration::from_millis(1)));
        assert_eq!(server.pass(1000), Ok(()));
    }

    #[test]
    fn one_caller_tries_and_the_others_wait_for_the_outcome() {
        let mut server = Server::failing(4);
        assert_eq!(server.pass(0), Ok(()));
        server.failed(0);
        assert_eq!(server.pass(500), Err(SECOND / 2));
        assert_eq!(server.pass(1000), Ok(()));
        assert_eq!(server.pass(1001), Err(Duration::from_millis(999)));
        server.breaker.succeeded();
        assert_eq!(server.pass(1002), Ok(()));
        server.failed(1002);
        assert_eq!(server.pass(1003), Ok(()), "it counts from the beginning");
    }

    #[test]
    fn the_pauses_double_up_to_a_bound() {
        let mut server = Server::failing(5);
        let mut now = 0;
        for pause in [2, 4, 8, 16, 30, 30] {
            now += 100_000;
            assert_eq!(server.pass(now), Ok(()));
            server.failed(now);
            assert_eq!(server.pass(now), Err(SECOND * pause));
        }
    }

    #[test]
    fn after_a_quiet_second_it_is_tried() {
        let mut server = Server::failing(5);
        for (now, pause) in [(2_000, 2), (10_000, 4)] {
            assert_eq!(server.pass(now), Ok(()));
            server.failed(now);
            assert_eq!(server.pass(now), Err(SECOND * pause));
        }
        assert_eq!(server.pass(10_999), Err(Duration::from_millis(3_001)));
        assert_eq!(server.pass(11_999), Ok(()));
    }

    /// Calls may have been under way when it opened.
    #[test]
    fn late_failures_lengthen_no_pause() {
        let mut server = Server::failing(50);
        server.breaker.last_asked = Some(server.start);
        assert_eq!(server.pass(1), Err(Duration::from_millis(999)));
    }
}
