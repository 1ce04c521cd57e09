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

/// Tells an attempt from the ones that took over from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Generation(u64);

/// What [`Schedule::begin`] says about a regular refresh.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Start(Generation),
    Running,
    TooEarly,
}

/// What [`Schedule::force`] says about a fetch for an unknown key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Forced {
    Start(Generation),
    Join,
    Refused,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// An attempt is under way. When it takes longer than this, another one may take over: the
    /// runtime that it runs on is blocked, or stands still.
    Asking(Span),
    /// Between two attempts of the same task; the same holds.
    Pausing(Span),
}

/// Who may ask the provider, and when.
#[derive(Debug)]
pub(super) struct Schedule {
    state: State,
    generation: Generation,
    /// How long an attempt may take before another one may take over.
    patience: Duration,
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
    /// A schedule for attempts that take `timeout` at most, if their runtime lets them go on.
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            state: State::Idle,
            generation: Generation::default(),
            patience: timeout.saturating_mul(2),
            failures: 0,
            last_error: None,
            pause: None,
            cool_down: None,
            exception_used: false,
            unknown_kids: HashSet::new(),
        }
    }

    pub(super) fn begin(&mut self, now: Duration) -> Attempt {
        match self.state {
            State::Asking(span) if span.contains(now) => Attempt::Running,
            State::Pausing(span) if span.contains(now) => Attempt::TooEarly,
            _ if is_under_way(self.pause, now) => Attempt::TooEarly,
            _ => Attempt::Start(self.start(now)),
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
        if self.unknown_kids.contains(kid) {
            return Forced::Refused;
        }
        match self.state {
            State::Asking(span) if span.contains(now) => return Forced::Join,
            State::Pausing(span) if span.contains(now) => return Forced::Refused,
            _ => {}
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
        Forced::Start(self.start(now))
    }

    fn start(&mut self, now: Duration) -> Generation {
        self.generation.0 += 1;
        self.state = State::Asking(Span::new(now, self.patience));
        self.generation
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

    /// Notes that an attempt goes on, or begins again after a pause; false if another one took
    /// over.
    pub(super) fn resumed(&mut self, generation: Generation, now: Duration) -> bool {
        let is_current = generation == self.generation;
        if is_current {
            self.state = State::Asking(Span::new(now, self.patience));
        }
        is_current
    }

    /// Notes the success of an attempt; false if another one took over.
    pub(super) fn succeeded(&mut self, generation: Generation) -> bool {
        let is_current = generation == self.generation;
        if is_current {
            self.state = State::Idle;
            self.failures = 0;
            self.last_error = None;
            self.pause = None;
        }
        is_current
    }

    /// Notes the failure of an attempt, and gives the pause before the next one, which doubles
    /// with each; nothing if another one took over.
    ///
    /// With `keys`, the attempt has ended; without, the same task goes on after the pause.
    pub(super) fn failed(
        &mut self,
        generation: Generation,
        now: Duration,
        error: ProviderError,
        keys: bool,
    ) -> Option<Duration> {
        if generation != self.generation {
            return None;
        }
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
        self.state = if keys {
            State::Idle
        } else {
            State::Pausing(Span::new(now, pause.saturating_add(self.patience)))
        };
        Some(pause)
    }

    /// Notes that an attempt ended without an outcome, with the runtime that it ran on; false if
    /// it had ended before, or another one took over.
    pub(super) fn abandoned(&mut self, generation: Generation) -> bool {
        let was_under_way = generation == self.generation && !matches!(self.state, State::Idle);
        if was_under_way {
            self.state = State::Idle;
        }
        was_under_way
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
    const YEAR: u64 = 365 * 24 * 60 * 60;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn schedule() -> Schedule {
        Schedule::new(at(10))
    }

    fn begin(schedule: &mut Schedule, now: u64) -> Generation {
        match schedule.begin(at(now)) {
            Attempt::Start(generation) => generation,
            other => panic!("{other:?} at {now}"),
        }
    }

    /// Whether an unknown key starts a fetch, which succeeds.
    fn force(schedule: &mut Schedule, now: u64, kid: &str, issued_at: i64) -> bool {
        match schedule.force(at(now), kid, Some(issued_at), at(100)) {
            Forced::Start(generation) => schedule.succeeded(generation),
            _ => false,
        }
    }

    #[test]
    fn one_attempt_at_a_time() {
        let mut schedule = schedule();
        let generation = begin(&mut schedule, 1);
        assert_eq!(schedule.begin(at(1)), Attempt::Running);
        assert_eq!(schedule.force(at(1), "k", None, at(0)), Forced::Join);
        assert!(schedule.succeeded(generation));
        begin(&mut schedule, 1);
    }

    #[test]
    fn an_attempt_that_takes_too_long_is_taken_over() {
        let mut schedule = schedule();
        let old = begin(&mut schedule, 100);
        assert_eq!(schedule.begin(at(119)), Attempt::Running);
        let new = begin(&mut schedule, 120);
        assert!(!schedule.resumed(old, at(120)));
        assert!(!schedule.succeeded(old));
        assert_eq!(schedule.failed(old, at(120), ERROR, true), None);
        assert!(!schedule.abandoned(old));
        assert_eq!(schedule.last_error(), None);
        assert_eq!(schedule.begin(at(120)), Attempt::Running);
        assert!(schedule.succeeded(new));
        assert!(!schedule.abandoned(new), "it has ended");
    }

    #[test]
    fn an_unknown_key_takes_over_as_well() {
        let mut schedule = schedule();
        begin(&mut schedule, 100);
        assert_eq!(schedule.force(at(119), "k", None, at(0)), Forced::Join);
        assert!(force(&mut schedule, 120, "k", 50));
    }

    #[test]
    fn a_task_that_does_not_come_back_from_its_pause_is_taken_over() {
        let mut schedule = schedule();
        let old = begin(&mut schedule, 100);
        let pause = schedule.failed(old, at(100), ERROR, false);
        assert_eq!(pause, Some(FIRST_PAUSE));
        assert_eq!(schedule.begin(at(119)), Attempt::TooEarly);
        begin(&mut schedule, 121);
        assert!(!schedule.resumed(old, at(121)));
    }

    #[test]
    fn an_attempt_that_ends_with_its_runtime_leaves_room_for_another() {
        let mut schedule = schedule();
        let old = begin(&mut schedule, 100);
        assert!(schedule.abandoned(old));
        begin(&mut schedule, 100);
    }

    #[test]
    fn an_attempt_of_a_clock_that_was_ahead_is_taken_over() {
        let mut schedule = schedule();
        begin(&mut schedule, YEAR);
        assert_eq!(schedule.begin(at(YEAR)), Attempt::Running);
        begin(&mut schedule, 200);
    }

    #[test]
    fn a_flood_gets_one_fetch_per_cool_down() {
        let mut schedule = schedule();
        let started = |schedule: &mut Schedule, from: u64| {
            (0..1000)
                .filter(|n| force(schedule, from, &format!("{from}-{n}"), 50))
                .count()
        };
        assert_eq!(started(&mut schedule, 200), 1);
        assert_eq!(started(&mut schedule, 229), 0);
        assert_eq!(started(&mut schedule, 230), 1);
    }

    #[test]
    fn a_token_issued_after_the_last_fetch_may_follow_a_rotation() {
        let mut schedule = schedule();
        assert!(force(&mut schedule, 110, "forged", 50));
        assert!(!force(&mut schedule, 111, "older", 100));
        assert!(force(&mut schedule, 111, "rotated", 101));
        assert!(
            !force(&mut schedule, 112, "again", 101),
            "once per cool-down"
        );
    }

    #[test]
    fn a_name_that_is_not_there_is_not_asked_for_again() {
        let mut schedule = schedule();
        schedule.remember_unknown("gone");
        assert!(!force(&mut schedule, 200, "gone", 50));
        schedule.forget_unknown();
        assert!(force(&mut schedule, 200, "gone", 50));
    }

    #[test]
    fn a_cool_down_of_a_clock_that_was_ahead_is_over() {
        let mut schedule = schedule();
        assert!(force(&mut schedule, YEAR, "one", 50));
        assert!(force(&mut schedule, 200, "two", 50));
        assert!(!force(&mut schedule, 201, "three", 50));
    }

    #[test]
    fn a_pause_of_a_clock_that_was_ahead_is_over() {
        let mut schedule = schedule();
        let generation = begin(&mut schedule, YEAR);
        schedule.failed(generation, at(YEAR), ERROR, true);
        assert_eq!(schedule.begin(at(YEAR)), Attempt::TooEarly);
        assert_eq!(schedule.pause_left(at(200)), Duration::ZERO);
        begin(&mut schedule, 200);
    }

    #[test]
    fn pauses_grow_up_to_a_bound() {
        let mut schedule = schedule();
        let fail = |schedule: &mut Schedule, keys| {
            schedule.failed(schedule.generation, at(0), ERROR, keys)
        };
        let pauses: Vec<_> = (0..6)
            .filter_map(|_| fail(&mut schedule, false))
            .map(|pause| pause.as_millis())
            .collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 2000, 2000]);
        for _ in 0..40 {
            fail(&mut schedule, true);
        }
        assert_eq!(fail(&mut schedule, true), Some(LONGEST_PAUSE));
        assert!(schedule.succeeded(schedule.generation));
        assert_eq!(fail(&mut schedule, true), Some(FIRST_PAUSE));
    }
}
