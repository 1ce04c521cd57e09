//! When the provider may be asked: pure bookkeeping, told the time.

use std::collections::HashSet;
use std::time::Duration;

use super::error::ProviderError;
use super::span::Span;
use crate::clock::UnixSeconds;

/// How long after a fetch for an unknown key the next unknown key has to wait.
const COOL_DOWN: Duration = Duration::from_secs(30);
/// How many unknown key names are remembered.
const REMEMBERED: usize = 1024;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause while nobody can be let in, and while the last keys still serve.
const LONGEST_PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What [`Schedule::begin`] says about a regular refresh.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Start,
    Running,
    TooEarly,
}

/// What [`Schedule::force`] says about a fetch for an unknown key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Forced {
    Start,
    Join,
    Refused,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Asking,
    /// Between two attempts of the same task.
    Pausing,
}

/// Who may ask the provider, and when.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    state: State,
    failures: u32,
    last_error: Option<ProviderError>,
    /// After a failure.
    pause: Option<Span>,
    /// After an unknown key made us ask; counted on attempts, not on successes.
    cool_down: Option<Span>,
    /// Whether the one exception within the cool-down has been used.
    exception_used: bool,
    unknown_kids: HashSet<Box<str>>,
}

impl Schedule {
    pub(super) fn begin(&mut self, now: Duration) -> Attempt {
        match self.state {
            State::Asking => Attempt::Running,
            State::Pausing => Attempt::TooEarly,
            State::Idle if is_under_way(self.pause, now) => Attempt::TooEarly,
            State::Idle => {
                self.state = State::Asking;
                Attempt::Start
            }
        }
    }

    /// Whether an unknown `kid` is worth a fetch.
    ///
    /// A flood of invented names gets one fetch per cool-down. One exception within it is kept
    /// for a token issued after the last fetch: an older one cannot be signed with a key that
    /// the fetch did not find, a newer one may follow a rotation.
    pub(super) fn force(
        &mut self,
        now: Duration,
        kid: &str,
        issued_at: Option<UnixSeconds>,
        fetched_at: Duration,
    ) -> Forced {
        if self.unknown_kids.contains(kid) || matches!(self.state, State::Pausing) {
            return Forced::Refused;
        }
        if matches!(self.state, State::Asking) {
            return Forced::Join;
        }
        let cooling = is_under_way(self.cool_down, now);
        if cooling {
            let newer = issued_at.is_some_and(|at| at.unsigned_abs() > fetched_at.as_secs());
            if self.exception_used || !newer {
                return Forced::Refused;
            }
        } else {
            self.cool_down = Some(Span::new(now, COOL_DOWN));
        }
        self.exception_used = cooling;
        self.state = State::Asking;
        Forced::Start
    }

    /// Notes that the newest key set does not have this key, so that it is not asked for again.
    /// A failed attempt says nothing about the key.
    pub(super) fn remember_unknown(&mut self, kid: &str) {
        if self.last_error.is_some() {
            return;
        }
        if self.unknown_kids.len() >= REMEMBERED {
            self.unknown_kids.clear();
        }
        self.unknown_kids.insert(kid.into());
    }

    /// The key set has changed: what was unknown may be known now.
    pub(super) fn forget_unknown(&mut self) {
        self.unknown_kids.clear();
    }

    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.last_error = None;
        self.pause = None;
    }

    /// Notes a failure; the pause before the next attempt doubles with each.
    pub(super) fn failed(&mut self, now: Duration, error: ProviderError, keys: bool) -> Duration {
        let longest = if keys {
            LONGEST_PAUSE
        } else {
            LONGEST_PAUSE_WITHOUT_KEYS
        };
        let pause = FIRST_PAUSE
            .saturating_mul(1 << self.failures.min(16))
            .min(longest);
        self.failures = self.failures.saturating_add(1);
        self.last_error = Some(error);
        self.pause = Some(Span::new(now, pause));
        self.state = State::Pausing;
        pause
    }

    /// The next attempt of the same task begins.
    pub(super) fn resumed(&mut self) {
        self.state = State::Asking;
    }

    pub(super) fn ended(&mut self) {
        self.state = State::Idle;
    }

    /// How long until a regular refresh may be tried again after a failure.
    pub(super) fn pause_left(&self, now: Duration) -> Duration {
        self.pause.map_or(Duration::ZERO, |pause| pause.left(now))
    }

    pub(super) fn last_error(&self) -> Option<&ProviderError> {
        self.last_error.as_ref()
    }
}

fn is_under_way(span: Option<Span>, now: Duration) -> bool {
    span.is_some_and(|span| span.contains(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;

    const ERROR: ProviderError = ProviderError::Keys(HttpError::Connection);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn force(schedule: &mut Schedule, now: u64, kid: &str, issued_at: i64) -> Forced {
        let forced = schedule.force(at(now), kid, Some(issued_at), at(100));
        if forced == Forced::Start {
            schedule.succeeded();
            schedule.ended();
        }
        forced
    }

    #[test]
    fn one_attempt_at_a_time() {
        let mut schedule = Schedule::default();
        assert_eq!(schedule.begin(at(1)), Attempt::Start);
        assert_eq!(schedule.begin(at(1)), Attempt::Running);
        assert_eq!(schedule.force(at(1), "k", None, at(0)), Forced::Join);
        schedule.succeeded();
        schedule.ended();
        assert_eq!(schedule.begin(at(1)), Attempt::Start);
    }

    #[test]
    fn a_flood_gets_one_fetch_per_cool_down() {
        let mut schedule = Schedule::default();
        let started = |schedule: &mut Schedule, from: u64| {
            (0..1000)
                .filter(|n| force(schedule, from, &format!("{from}-{n}"), 50) == Forced::Start)
                .count()
        };
        assert_eq!(started(&mut schedule, 200), 1);
        assert_eq!(started(&mut schedule, 229), 0);
        assert_eq!(started(&mut schedule, 230), 1);
    }

    #[test]
    fn a_token_issued_after_the_last_fetch_may_follow_a_rotation() {
        let mut schedule = Schedule::default();
        assert_eq!(force(&mut schedule, 110, "forged", 50), Forced::Start);
        assert_eq!(force(&mut schedule, 111, "older", 100), Forced::Refused);
        assert_eq!(force(&mut schedule, 111, "rotated", 101), Forced::Start);
        assert_eq!(
            force(&mut schedule, 112, "again", 101),
            Forced::Refused,
            "once per cool-down"
        );
    }

    #[test]
    fn a_name_that_is_not_there_is_not_asked_for_again() {
        let mut schedule = Schedule::default();
        schedule.remember_unknown("gone");
        assert_eq!(force(&mut schedule, 200, "gone", 50), Forced::Refused);
        schedule.forget_unknown();
        assert_eq!(force(&mut schedule, 200, "gone", 50), Forced::Start);
    }

    const YEAR: u64 = 365 * 24 * 60 * 60;

    #[test]
    fn a_cool_down_of_a_clock_that_was_ahead_is_over() {
        let mut schedule = Schedule::default();
        assert_eq!(force(&mut schedule, YEAR, "one", 50), Forced::Start);
        assert_eq!(force(&mut schedule, 200, "two", 50), Forced::Start);
        assert_eq!(force(&mut schedule, 201, "three", 50), Forced::Refused);
    }

    #[test]
    fn a_pause_of_a_clock_that_was_ahead_is_over() {
        let mut schedule = Schedule::default();
        assert_eq!(schedule.begin(at(YEAR)), Attempt::Start);
        schedule.failed(at(YEAR), ERROR, true);
        schedule.ended();
        assert_eq!(schedule.begin(at(YEAR)), Attempt::TooEarly);
        assert_eq!(schedule.begin(at(200)), Attempt::Start);
        assert_eq!(schedule.pause_left(at(200)), Duration::ZERO);
    }

    #[test]
    fn pauses_grow_up_to_a_bound() {
        let mut schedule = Schedule::default();
        let pauses: Vec<_> = (0..6)
            .map(|_| schedule.failed(at(0), ERROR, false).as_millis())
            .collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 2000, 2000]);
        for _ in 0..40 {
            schedule.failed(at(0), ERROR, true);
        }
        assert_eq!(schedule.failed(at(0), ERROR, true), LONGEST_PAUSE);
        schedule.succeeded();
        assert_eq!(schedule.failed(at(0), ERROR, true), FIRST_PAUSE);
    }
}
