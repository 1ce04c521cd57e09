//! What a process remembers of sessions that are kept in cookies: which have ended, and what has
//! replaced their older cookies. A browser may send a cookie again that it was to remove or replace,
//! and nothing in the cookie says so.

use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use super::recent::Recent;
use crate::clock::UnixSeconds;

/// How many ended sessions are remembered.
const MAX_SESSIONS: usize = 100_000;
/// How many users whose sessions have ended, sessions of the provider that have, and successors. A
/// successor has tokens, a few kilobytes.
const MAX_OTHERS: usize = 10_000;

/// Ended sessions, and the newest generation of living ones. `I` is the id of a session, and `T` what
/// replaces the content of an older cookie. Bounded: beyond that the oldest are forgotten.
pub(crate) struct Ended<I, T> {
    known: Mutex<Known<I, T>>,
    /// Counts the changes, beginning with 1.
    changes: AtomicU64,
    /// Reports once that something was forgotten.
    forgotten: Once,
}

struct Known<I, T> {
    sessions: Recent<I, ()>,
    /// Users, with the time of our clock up to which their sign-ins count as ended.
    users: Recent<Box<str>, UnixSeconds>,
    /// The same by the clock of the provider.
    subjects: Recent<Box<str>, UnixSeconds>,
    provider_sessions: Recent<Box<str>, UnixSeconds>,
    /// The same as anybody may have said, so that they displace nothing but each other.
    unsigned: Recent<Box<str>, UnixSeconds>,
    successors: Recent<I, Generation<T>>,
}

/// A generation of a session.
pub(crate) struct Generation<T> {
    pub(crate) number: u64,
    /// By a change in this process, rather than read from a cookie.
    pub(crate) is_made_here: bool,
    pub(crate) value: T,
}

/// What decides whether a session has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life<'s, I> {
    pub(crate) id: &'s I,
    pub(crate) subject: &'s str,
    /// `sid` of the provider.
    pub(crate) provider_session: Option<&'s str>,
    /// By our clock.
    pub(crate) signed_in_at: UnixSeconds,
    /// `iat` of the ID token of the sign-in, by the provider's clock.
    pub(crate) issued_at: UnixSeconds,
}

/// Sessions that end together: those up to a time, inclusive. Later ones are later sign-ins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EndOf<'s> {
    /// The user's, by our clock.
    User {
        subject: &'s str,
        signed_in_up_to: UnixSeconds,
    },
    /// The user's, by the clock of the provider, which says so (OpenID Connect Back-Channel Logout 1.0
    /// §2.7).
    Subject {
        subject: &'s str,
        issued_up_to: UnixSeconds,
    },
    /// Those of one session of the provider, `sid`, by its clock.
    ProviderSession {
        id: &'s str,
        issued_up_to: UnixSeconds,
    },
    /// The same by a request that nobody has signed (OpenID Connect Front-Channel Logout 1.0 §2).
    Unsigned {
        id: &'s str,
        issued_up_to: UnixSeconds,
    },
}

impl<I: Clone + Eq + Hash, T: Clone> Ended<I, T> {
    pub(crate) fn new() -> Self {
        Self::with_capacity(MAX_SESSIONS, MAX_OTHERS)
    }

    fn with_capacity(sessions: usize, others: usize) -> Self {
        let known = Known {
            sessions: Recent::new(sessions),
            users: Recent::new(others),
            subjects: Recent::new(others),
            provider_sessions: Recent::new(others),
            unsigned: Recent::new(others),
            successors: Recent::new(others),
        };
        Self {
            known: Mutex::new(known),
            changes: AtomicU64::new(1),
            forgotten: Once::new(),
        }
    }

    /// Ends a session. It is remembered until `until`, when its cookies have expired.
    pub(crate) fn end(&self, id: I, until: UnixSeconds, now: UnixSeconds) {
        let mut known = self.lock();
        known.successors.remove(&id);
        let fits = known.sessions.set(id, (), until, now);
        self.changed(&known);
        self.report(fits);
    }

    /// Ends several sessions. That is remembered until `until`, when all cookies of today have
    /// expired.
    pub(crate) fn end_all(&self, of: EndOf<'_>, until: UnixSeconds, now: UnixSeconds) {
        let mut known = self.lock();
        let (of, key, up_to) = match of {
            EndOf::User {
                subject,
                signed_in_up_to,
            } => (&mut known.users, subject, signed_in_up_to),
            EndOf::Subject {
                subject,
                issued_up_to,
            } => (&mut known.subjects, subject, issued_up_to),
            EndOf::ProviderSession { id, issued_up_to } => {
                (&mut known.provider_sessions, id, issued_up_to)
            }
            EndOf::Unsigned { id, issued_up_to } => (&mut known.unsigned, id, issued_up_to),
        };
        let earlier = of.get(key).copied().unwrap_or(up_to);
        let fits = of.set(key.into(), up_to.max(earlier), until, now);
        self.changed(&known);
        self.report(fits);
    }

    pub(crate) fn is_ended(&self, session: &Life<'_, I>) -> bool {
        let known = self.lock();
        let is_up_to = |time: UnixSeconds, up_to: Option<&UnixSeconds>| {
            up_to.is_some_and(|up_to| time <= *up_to)
        };
        let sid = session.provider_session;
        known.sessions.get(session.id).is_some()
            || is_up_to(session.signed_in_at, known.users.get(session.subject))
            || is_up_to(session.issued_at, known.subjects.get(session.subject))
            || sid.is_some_and(|sid| {
                is_up_to(session.issued_at, known.provider_sessions.get(sid))
                    || is_up_to(session.issued_at, known.unsigned.get(sid))
            })
    }

    /// Remembers a generation of a session, unless the session has ended or a newer one is known. A
    /// generation that was made elsewhere displaces none of another session: their older cookies may be
    /// worth nothing any more.
    pub(crate) fn succeed(
        &self,
        id: I,
        generation: Generation<T>,
        until: UnixSeconds,
        now: UnixSeconds,
    ) {
        let mut known = self.lock();
        let newest = known.successors.get(&id).map(|known| known.number);
        let is_newest = newest.is_none_or(|newest| newest < generation.number);
        if !is_newest || known.sessions.get(&id).is_some() {
            return;
        }
        if generation.is_made_here || newest.is_some() || known.successors.has_room(now) {
            let fits = known.successors.set(id, generation, until, now);
            self.changed(&known);
            self.report(fits);
        }
    }

    /// The newest generations that are known.
    pub(crate) fn newest(&self) -> Vec<T> {
        let known = self.lock();
        let newest = known.successors.values();
        newest.map(|generation| generation.value.clone()).collect()
    }

    /// The newest generation of a session, if it is newer than this one.
    pub(crate) fn successor(&self, id: &I, generation: u64) -> Option<T> {
        let known = self.lock();
        let newest = known.successors.get(id)?;
        (newest.number > generation).then(|| newest.value.clone())
    }

    /// The number of changes so far: as long as it is the same, so is all that is known.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Counts a change, under the lock. Whoever reads the count looks up what is known afterwards, under
    /// the lock as well: either they see the change, or the count is different the next time.
    fn changed(&self, _: &MutexGuard<'_, Known<I, T>>) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    fn lock(&self) -> MutexGuard<'_, Known<I, T>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, fits: bool) {
        if !fits {
            self.forgotten.call_once(|| {
                tracing::warn!(
                    "more sessions have ended or were renewed than this process remembers; it \
                     forgets the oldest, and accepts their older cookies until they expire: keep \
                     sessions in a store"
                );
            });
        }
    }
}

impl<I, T> fmt::Debug for Ended<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ended")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = 1_700_000_000;
    const END: UnixSeconds = NOW + 28_800;

    type Memory = Ended<u32, &'static str>;

    /// Session 1 of a user, whom the provider dates 100 s ahead of us.
    fn life(signed_in_at: UnixSeconds) -> Life<'static, u32> {
        Life {
            id: &1,
            subject: "alice",
            provider_session: Some("sid"),
            signed_in_at,
            issued_at: signed_in_at + 100,
        }
    }

    fn made_here(number: u64, value: &'static str) -> Generation<&'static str> {
        Generation {
            number,
            is_made_here: true,
            value,
        }
    }

    #[test]
    fn an_ended_session_stays_ended() {
        let memory = Memory::new();
        assert!(!memory.is_ended(&life(NOW)));
        memory.end(2, END, NOW);
        assert!(!memory.is_ended(&life(NOW)));
        memory.end(1, END, NOW);
        memory.end(1, END, NOW);
        assert!(memory.is_ended(&life(NOW)));
    }

    #[test]
    fn sessions_end_together_up_to_a_time() {
        let user = |subject| EndOf::User {
            subject,
            signed_in_up_to: NOW,
        };
        let subject = |subject| EndOf::Subject {
            subject,
            issued_up_to: NOW + 100,
        };
        let provider_session = |id| EndOf::ProviderSession {
            id,
            issued_up_to: NOW + 100,
        };
        let unsigned = |id| EndOf::Unsigned {
            id,
            issued_up_to: NOW + 100,
        };
        for (of, is_ended) in [
            (user("alice"), true),
            (user("bob"), false),
            (user("sid"), false),
            (subject("alice"), true),
            (subject("bob"), false),
            (subject("sid"), false),
            (provider_session("sid"), true),
            (provider_session("alice"), false),
            (unsigned("sid"), true),
            (unsigned("alice"), false),
        ] {
            let memory = Memory::new();
            memory.end_all(of, END, NOW);
            assert_eq!(memory.is_ended(&life(NOW)), is_ended, "{of:?}");
            assert_eq!(memory.is_ended(&life(NOW - 1)), is_ended, "{of:?}");
            assert!(!memory.is_ended(&life(NOW + 1)), "{of:?}");
        }
    }

    #[test]
    fn without_sid_only_the_user_counts() {
        let memory = Memory::new();
        let of = EndOf::ProviderSession {
            id: "",
            issued_up_to: NOW + 100,
        };
        memory.end_all(of, END, NOW);
        let session = Life {
            provider_session: None,
            ..life(NOW)
        };
        assert!(!memory.is_ended(&session));
    }

    #[test]
    fn an_older_logout_does_not_replace_a_newer_one() {
        let memory = Memory::new();
        for signed_in_up_to in [NOW, NOW - 50] {
            let subject = "alice";
            let of = EndOf::User {
                subject,
                signed_in_up_to,
            };
            memory.end_all(of, END, NOW);
        }
        assert!(memory.is_ended(&life(NOW)));
    }

    #[test]
    fn the_newest_generation_succeeds() {
        let memory = Memory::new();
        assert_eq!(memory.successor(&1, 0), None);
        memory.succeed(1, made_here(2, "two"), END, NOW);
        memory.succeed(1, made_here(1, "one"), END, NOW);
        memory.succeed(1, made_here(2, "another two"), END, NOW);
        assert_eq!(memory.successor(&1, 0), Some("two"));
        assert_eq!(memory.successor(&1, 1), Some("two"));
        assert_eq!(memory.successor(&1, 2), None);
        assert_eq!(memory.successor(&2, 0), None);
    }

    #[test]
    fn an_ended_session_has_no_successor() {
        let memory = Memory::new();
        memory.succeed(1, made_here(1, "one"), END, NOW);
        memory.end(1, END, NOW);
        assert_eq!(memory.successor(&1, 0), None);
        memory.succeed(1, made_here(2, "two"), END, NOW);
        assert_eq!(memory.successor(&1, 0), None);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let memory = Memory::with_capacity(2, 1);
        memory.end(1, END, NOW);
        memory.end(2, END, NOW);
        assert!(!memory.forgotten.is_completed());
        memory.end(3, END, NOW);
        assert!(memory.forgotten.is_completed());
        assert!(!memory.is_ended(&life(NOW)));
        memory.succeed(4, made_here(1, "four"), END, NOW);
        memory.succeed(5, made_here(1, "five"), END, NOW);
        assert_eq!(memory.successor(&4, 0), None);
        assert_eq!(memory.successor(&5, 0), Some("five"));
    }

    #[test]
    fn generations_from_elsewhere_displace_none() {
        let memory = Memory::with_capacity(2, 1);
        let read = |number, value| Generation {
            is_made_here: false,
            ..made_here(number, value)
        };
        memory.succeed(4, read(1, "four"), END, NOW);
        let changes = memory.changes();
        memory.succeed(5, read(1, "five"), END, NOW);
        assert_eq!(memory.changes(), changes, "nothing has changed");
        assert!(!memory.forgotten.is_completed());
        assert_eq!(memory.successor(&4, 0), Some("four"));
        assert_eq!(memory.successor(&5, 0), None);
        memory.succeed(4, read(2, "four again"), END, NOW);
        assert_eq!(memory.successor(&4, 0), Some("four again"));
        assert_eq!(memory.newest(), ["four again"]);
    }

    #[test]
    fn unsigned_requests_displace_no_signed_ones() {
        let memory = Memory::with_capacity(2, 1);
        let issued_up_to = NOW + 100;
        let signed = EndOf::ProviderSession {
            id: "sid",
            issued_up_to,
        };
        memory.end_all(signed, END, NOW);
        for id in ["one", "two", "three"] {
            memory.end_all(EndOf::Unsigned { id, issued_up_to }, END, NOW);
        }
        assert!(memory.is_ended(&life(NOW)));
    }

    /// Somebody who signs in and out in a loop ends nobody else's session, and fills nothing for
    /// ever.
    #[test]
    fn what_has_expired_makes_room() {
        let memory = Memory::with_capacity(2, 1);
        for id in 10..1000 {
            let now = NOW + i64::from(id) * 10;
            memory.end(id, now + 10, now);
        }
        assert!(!memory.forgotten.is_completed());
        assert!(!memory.is_ended(&life(NOW)));
    }
}
