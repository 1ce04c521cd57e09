//! When requests to the provider are allowed: pure logic, with the time as a parameter.

use std::collections::HashMap;
use std::time::Duration;

use super::error::ProviderErrorKind;
use super::jitter::between;
use super::span::Span;

/// The minimum interval between fetches for unknown keys, and how long a key that was not found
/// counts as missing.
const COOL_DOWN: Duration = Duration::from_secs(10);
/// How many missing key ids are remembered.
const REMEMBERED: usize = 1024;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause while there are no usable keys, and while there are.
const LONGEST_PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Between the starts of two fetches for tokens that the provider has just sent.
const SPACING: Duration = Duration::from_secs(1);

/// Identifies an attempt, since another one may take over. Later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
pub(super) struct Generation(u64);

/// The result of [`Schedule::begin`], for a regular refresh.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Start(Generation),
    Running,
    TooEarly,
}

/// When a token was issued, according to its claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issued {
    /// Before the latest key set was fetched, which should therefore contain its key.
    BeforeFetch,
    AfterFetch,
    /// The token has no `iat`.
    Unknown,
}

/// How to get a newer key set.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lookup {
    /// Start a fetch, with [`Schedule::start_lookup`].
    Start,
    /// Wait for the attempt in progress.
    Join,
}

/// Why no newer key set is fetched.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoLookup {
    /// The latest one is recent enough: the key does not exist.
    Missing,
    /// It is too early; the time to wait.
    TooEarly(Duration),
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// An attempt is in progress. After this span another one may take over, as the runtime that
    /// drives it must be blocked or stopped.
    Fetching(Span),
    /// The task waits for its next attempt. The same applies.
    Pausing(Span),
}

/// Decides which task may send requests to the provider, and when.
#[derive(Debug)]
pub(super) struct Schedule {
    state: State,
    generation: Generation,
    /// The age at which another attempt may take over.
    takeover_after: Duration,
    failures: u32,
    last_error: Option<ProviderErrorKind>,
    /// After a failure.
    pause: Option<Span>,
    /// Starts with a fetch for an unknown key, successful or not.
    cool_down: Option<Span>,
    /// Whether the one exception within the cool-down has been used.
    exception_used: bool,
    /// After a fetch for a token that the provider had just sent.
    spacing: Option<Span>,
    /// Whether the latest attempt began for such a token.
    is_forced: bool,
    /// Key ids that were not found, and how long that holds.
    missing: HashMap<Box<str>, Span>,
}

impl Schedule {
    /// A schedule for attempts that time out after `timeout`, provided that their runtime drives
    /// them.
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            state: State::Idle,
            generation: Generation::default(),
            takeover_after: timeout.saturating_mul(2),
            failures: 0,
            last_error: None,
            pause: None,
            cool_down: None,
            exception_used: false,
            spacing: None,
            is_forced: false,
            missing: HashMap::new(),
        }
    }

    pub(super) fn begin(&mut self, now: Duration) -> Attempt {
        match self.state {
            State::Fetching(span) if span.contains(now) => Attempt::Running,
            State::Pausing(span) if span.contains(now) => Attempt::TooEarly,
            _ if contains(self.pause, now) => Attempt::TooEarly,
            _ => Attempt::Start(self.start(now)),
        }
    }

    /// Starts an attempt, even in a pause, unless one is in progress. Unless the caller `has_waited`,
    /// such attempts begin at least a second apart; the error is how long to wait.
    pub(super) fn begin_or_join(
        &mut self,
        now: Duration,
        has_waited: bool,
    ) -> Result<Option<Generation>, Duration> {
        if matches!(self.state, State::Fetching(span) if span.contains(now)) {
            return Ok(None);
        }
        match self.spacing {
            Some(spacing) if spacing.contains(now) && !has_waited => Err(spacing.left(now)),
            _ => {
                self.spacing = Some(Span::new(now, SPACING));
                let generation = self.start(now);
                self.is_forced = true;
                Ok(Some(generation))
            }
        }
    }

    /// The latest attempt.
    pub(super) fn generation(&self) -> Generation {
        self.generation
    }

    /// Whether a token that the latest key set does not verify justifies fetching another.
    ///
    /// A flood of forged tokens causes one fetch per cool-down. Each cool-down has one exception,
    /// for a token issued after the last fetch: the keys may have been rotated since.
    pub(super) fn lookup(
        &self,
        now: Duration,
        kid: Option<&str>,
        issued: Issued,
    ) -> Result<Lookup, NoLookup> {
        if kid.is_some_and(|kid| self.is_missing(kid, now)) {
            return Err(NoLookup::Missing);
        }
        match self.state {
            State::Fetching(span) if span.contains(now) => return Ok(Lookup::Join),
            State::Pausing(span) if span.contains(now) => return Err(self.too_early(now)),
            _ => {}
        }
        match issued {
            _ if !contains(self.cool_down, now) => Ok(Lookup::Start),
            Issued::AfterFetch if !self.exception_used => Ok(Lookup::Start),
            Issued::BeforeFetch if self.last_error.is_none() => Err(NoLookup::Missing),
            _ => Err(self.too_early(now)),
        }
    }

    /// Starts the fetch that [`lookup`](Self::lookup) decided on.
    pub(super) fn start_lookup(&mut self, now: Duration) -> Generation {
        self.exception_used = contains(self.cool_down, now);
        if !self.exception_used {
            self.cool_down = Some(Span::new(now, COOL_DOWN));
        }
        self.start(now)
    }

    /// Records that the key set fetched at `fetched_at` does not contain this key.
    pub(super) fn remember_missing(&mut self, kid: &str, fetched_at: Duration, now: Duration) {
        if self.missing.len() >= REMEMBERED {
            self.missing.retain(|_, span| span.contains(now));
        }
        if self.missing.len() < REMEMBERED {
            self.missing
                .insert(kid.into(), Span::new(fetched_at, COOL_DOWN));
        }
    }

    fn is_missing(&self, kid: &str, now: Duration) -> bool {
        contains(self.missing.get(kid).copied(), now)
    }

    /// Until the end of the cool-down, or the next regular attempt if that comes first.
    fn too_early(&self, now: Duration) -> NoLookup {
        let spans = [self.cool_down, self.pause].into_iter().flatten();
        let left = spans
            .filter(|span| span.contains(now))
            .map(|span| span.left(now))
            .min();
        NoLookup::TooEarly(for_retry_after(left.unwrap_or_default()))
    }

    fn start(&mut self, now: Duration) -> Generation {
        self.generation.0 += 1;
        self.is_forced = false;
        self.state = State::Fetching(Span::new(now, self.takeover_after));
        self.generation
    }

    /// Records that an attempt starts, or starts again after a pause; false if another one took
    /// over.
    pub(super) fn resumed(&mut self, generation: Generation, now: Duration) -> bool {
        let is_current = generation == self.generation;
        if is_current {
            self.state = State::Fetching(Span::new(now, self.takeover_after));
        }
        is_current
    }

    /// Records the success of an attempt; false if another one took over.
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

    /// Records the failure of an attempt and returns the pause before the next one, or `None` if
    /// another one took over. Pauses double with each failure, up to a limit; `random` shortens
    /// them to half of that at most.
    ///
    /// Without `keys` the same task tries again after the pause; otherwise it ends.
    pub(super) fn failed(
        &mut self,
        generation: Generation,
        now: Duration,
        error: ProviderErrorKind,
        keys: bool,
        random: u16,
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
        let pause = between(pause / 2, pause, random);
        // Attempts that did not wait for their time say nothing about how long the provider is down.
        if !self.is_forced {
            self.failures = self.failures.saturating_add(1);
        }
        self.last_error = Some(error);
        self.pause = Some(Span::new(now, pause));
        self.state = if keys {
            State::Idle
        } else {
            State::Pausing(Span::new(now, pause.saturating_add(self.takeover_after)))
        };
        Some(pause)
    }

    /// Records that the task of an attempt was dropped together with its runtime; false if the
    /// attempt had ended before, or another one took over.
    pub(super) fn abandoned(&mut self, generation: Generation) -> bool {
        let was_under_way = generation == self.generation && !matches!(self.state, State::Idle);
        if was_under_way {
            self.state = State::Idle;
        }
        was_under_way
    }

    /// The time until the next regular attempt after a failure.
    pub(super) fn retry_after(&self, now: Duration) -> Duration {
        let left = self.pause.map(|pause| pause.left(now));
        for_retry_after(left.unwrap_or_default())
    }

    pub(super) fn last_error(&self) -> Option<&ProviderErrorKind> {
        self.last_error.as_ref()
    }
}

fn contains(span: Option<Span>, now: Duration) -> bool {
    span.is_some_and(|span| span.contains(now))
}

/// The value of `Retry-After` for this time: whole seconds, rounded up, at least one.
fn for_retry_after(left: Duration) -> Duration {
    let whole = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    Duration::from_secs(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;

    const ERROR: ProviderErrorKind = ProviderErrorKind::Keys(HttpError::Connection);
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

    /// Looks up a key; a fetch for it succeeds at once.
    fn look_up(
        schedule: &mut Schedule,
        now: u64,
        kid: &str,
        issued: Issued,
    ) -> Result<Lookup, NoLookup> {
        let lookup = schedule.lookup(at(now), Some(kid), issued);
        if lookup == Ok(Lookup::Start) {
            let generation = schedule.start_lookup(at(now));
            assert!(schedule.succeeded(generation));
        }
        lookup
    }

    const START: Result<Lookup, NoLookup> = Ok(Lookup::Start);
    const JOIN: Result<Lookup, NoLookup> = Ok(Lookup::Join);
    const MISSING: Result<Lookup, NoLookup> = Err(NoLookup::Missing);

    fn too_early(seconds: u64) -> Result<Lookup, NoLookup> {
        Err(NoLookup::TooEarly(at(seconds)))
    }

    #[test]
    fn one_attempt_at_a_time() {
        let mut schedule = schedule();
        let generation = begin(&mut schedule, 1);
        assert_eq!(schedule.begin(at(1)), Attempt::Running);
        assert_eq!(look_up(&mut schedule, 1, "k", Issued::Unknown), JOIN);
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
        assert_eq!(schedule.failed(old, at(120), ERROR, true, 0), None);
        assert!(!schedule.abandoned(old));
        assert_eq!(schedule.last_error(), None);
        assert_eq!(schedule.begin(at(120)), Attempt::Running);
        assert!(schedule.succeeded(new));
        assert!(!schedule.abandoned(new), "it has ended");
    }

    #[test]
    fn a_lookup_takes_over_as_well() {
        let mut schedule = schedule();
        begin(&mut schedule, 100);
        assert_eq!(look_up(&mut schedule, 119, "k", Issued::Unknown), JOIN);
        assert_eq!(look_up(&mut schedule, 120, "k", Issued::Unknown), START);
    }

    #[test]
    fn a_task_that_is_stuck_in_its_pause_is_taken_over() {
        let mut schedule = schedule();
        let old = begin(&mut schedule, 100);
        let pause = schedule.failed(old, at(100), ERROR, false, u16::MAX);
        assert_eq!(pause, Some(FIRST_PAUSE));
        assert_eq!(schedule.begin(at(119)), Attempt::TooEarly);
        begin(&mut schedule, 121);
        assert!(!schedule.resumed(old, at(121)));
    }

    #[test]
    fn an_attempt_that_ends_with_its_runtime_can_be_repeated() {
        let mut schedule = schedule();
        let old = begin(&mut schedule, 100);
        assert!(schedule.abandoned(old));
        begin(&mut schedule, 100);
    }

    #[test]
    fn an_attempt_started_in_the_future_is_taken_over() {
        let mut schedule = schedule();
        begin(&mut schedule, YEAR);
        assert_eq!(schedule.begin(at(YEAR)), Attempt::Running);
        begin(&mut schedule, 200);
    }

    #[test]
    fn a_flood_gets_one_fetch_per_cool_down() {
        let mut schedule = schedule();
        let started = |schedule: &mut Schedule, now: u64, issued| {
            (0..1000)
                .filter(|n| look_up(schedule, now, &format!("{now}-{n}"), issued) == START)
                .count()
        };
        assert_eq!(started(&mut schedule, 200, Issued::BeforeFetch), 1);
        assert_eq!(started(&mut schedule, 209, Issued::BeforeFetch), 0);
        assert_eq!(started(&mut schedule, 210, Issued::Unknown), 1);
        assert_eq!(started(&mut schedule, 219, Issued::Unknown), 0);
        // Including the exception for a token that is newer than the keys.
        assert_eq!(started(&mut schedule, 220, Issued::AfterFetch), 2);
        assert_eq!(started(&mut schedule, 229, Issued::AfterFetch), 0);
        assert_eq!(started(&mut schedule, 230, Issued::AfterFetch), 2);
    }

    fn begun(schedule: &mut Schedule, seconds: u64) -> Generation {
        let begun = schedule.begin_or_join(at(seconds), true);
        begun.expect("it has waited").expect("a new one")
    }

    #[test]
    fn neither_a_cool_down_nor_a_pause_delays_an_attempt_that_has_to_begin() {
        let mut schedule = schedule();
        assert_eq!(look_up(&mut schedule, 100, "first", Issued::Unknown), START);
        for keys in [true, false] {
            let generation = begun(&mut schedule, 101);
            assert_eq!(
                schedule.begin_or_join(at(101), false),
                Ok(None),
                "in progress"
            );
            let pause = schedule.failed(generation, at(101), ERROR, keys, u16::MAX);
            assert!(pause.is_some(), "it is the current attempt");
            assert_eq!(schedule.begin(at(101)), Attempt::TooEarly);
        }
        let generation = begun(&mut schedule, 101);
        assert!(schedule.succeeded(generation));
        // Neither the cool-down nor its exception is affected.
        assert_eq!(
            look_up(&mut schedule, 102, "k", Issued::Unknown),
            too_early(8)
        );
        assert_eq!(look_up(&mut schedule, 102, "k", Issued::AfterFetch), START);
    }

    #[test]
    fn attempts_that_have_to_begin_are_a_second_apart() {
        let mut schedule = schedule();
        let generation = begun(&mut schedule, 100);
        assert!(schedule.succeeded(generation));
        assert_eq!(schedule.begin_or_join(at(100), false), Err(SPACING));
        assert!(matches!(schedule.begin_or_join(at(100), true), Ok(Some(_))));
    }

    /// Failures of attempts that did not wait for their time do not lengthen the pause.
    #[test]
    fn only_regular_failures_lengthen_the_pause() {
        let mut schedule = schedule();
        let Attempt::Start(first) = schedule.begin(at(100)) else {
            panic!("nothing is in progress");
        };
        let pause = schedule.failed(first, at(100), ERROR, true, u16::MAX);
        for _ in 0..20 {
            let forced = begun(&mut schedule, 100);
            assert_eq!(
                schedule.failed(forced, at(100), ERROR, true, u16::MAX),
                pause.map(|pause| pause * 2)
            );
        }
    }

    #[test]
    fn in_a_cool_down_the_time_of_issue_decides() {
        let mut schedule = schedule();
        assert_eq!(look_up(&mut schedule, 100, "first", Issued::Unknown), START);
        let mut at_103 = |issued| look_up(&mut schedule, 103, "other", issued);
        assert_eq!(at_103(Issued::BeforeFetch), MISSING);
        assert_eq!(at_103(Issued::Unknown), too_early(7));
        assert_eq!(at_103(Issued::AfterFetch), START, "the exception");
        assert_eq!(at_103(Issued::AfterFetch), too_early(7));
        assert_eq!(at_103(Issued::BeforeFetch), MISSING);
    }

    #[test]
    fn an_unreachable_key_set_proves_nothing() {
        let mut schedule = schedule();
        let generation = schedule.start_lookup(at(100));
        schedule.failed(generation, at(104), ERROR, true, u16::MAX);
        let mut at_104 = |issued| look_up(&mut schedule, 104, "k", issued);
        // The next regular refresh comes before the end of the cool-down.
        assert_eq!(at_104(Issued::BeforeFetch), too_early(1));
        assert_eq!(at_104(Issued::Unknown), too_early(1));
        assert_eq!(at_104(Issued::AfterFetch), START);
    }

    #[test]
    fn a_key_stays_missing_for_one_cool_down() {
        let mut schedule = schedule();
        schedule.remember_missing("gone", at(200), at(203));
        for issued in [Issued::BeforeFetch, Issued::AfterFetch, Issued::Unknown] {
            assert_eq!(look_up(&mut schedule, 209, "gone", issued), MISSING);
        }
        assert_eq!(
            look_up(&mut schedule, 210, "gone", Issued::BeforeFetch),
            START
        );
    }

    #[test]
    fn a_key_found_missing_in_the_future_is_looked_up() {
        let mut schedule = schedule();
        schedule.remember_missing("gone", at(YEAR), at(YEAR));
        assert_eq!(look_up(&mut schedule, 200, "gone", Issued::Unknown), START);
    }

    #[test]
    fn the_names_of_missing_keys_are_bounded_and_expire() {
        let mut schedule = schedule();
        for number in 0..2 * REMEMBERED {
            schedule.remember_missing(&number.to_string(), at(200), at(200));
        }
        assert_eq!(schedule.missing.len(), REMEMBERED);
        assert!(schedule.is_missing("0", at(200)), "the first ones stay");
        schedule.remember_missing("later", at(210), at(210));
        assert_eq!(schedule.missing.len(), 1);
        assert!(schedule.is_missing("later", at(210)));
    }

    #[test]
    fn a_cool_down_started_in_the_future_is_over() {
        let mut schedule = schedule();
        assert_eq!(look_up(&mut schedule, YEAR, "one", Issued::Unknown), START);
        assert_eq!(look_up(&mut schedule, 200, "two", Issued::Unknown), START);
        let third = look_up(&mut schedule, 201, "three", Issued::Unknown);
        assert_eq!(third, too_early(9));
    }

    #[test]
    fn retry_after_is_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (9999, 10)] {
            let left = Duration::from_millis(millis);
            assert_eq!(for_retry_after(left), at(seconds), "{millis} ms");
        }
    }

    #[test]
    fn a_pause_started_in_the_future_is_over() {
        let mut schedule = schedule();
        let generation = begin(&mut schedule, YEAR);
        schedule.failed(generation, at(YEAR), ERROR, true, 0);
        assert_eq!(schedule.begin(at(YEAR)), Attempt::TooEarly);
        assert_eq!(schedule.retry_after(at(200)), at(1));
        begin(&mut schedule, 200);
    }

    #[test]
    fn pauses_grow_up_to_a_bound() {
        let mut schedule = schedule();
        let fail = |schedule: &mut Schedule, keys, random| {
            let generation = schedule.generation;
            let pause = schedule.failed(generation, at(0), ERROR, keys, random);
            pause.expect("it is the current attempt").as_millis()
        };
        let mut pauses = [0; 6];
        pauses.fill_with(|| fail(&mut schedule, false, u16::MAX));
        assert_eq!(pauses, [200, 400, 800, 1600, 2000, 2000]);
        for _ in 0..40 {
            fail(&mut schedule, true, u16::MAX);
        }
        assert_eq!(fail(&mut schedule, true, u16::MAX), 60_000);
        assert_eq!(fail(&mut schedule, true, 0), 30_000);
        let generation = schedule.generation;
        assert!(schedule.succeeded(generation));
        assert_eq!(fail(&mut schedule, true, 0), 100);
    }
}
