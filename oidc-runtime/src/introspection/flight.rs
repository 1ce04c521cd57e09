//! One question about a token at a time, whoever waits for the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::SetOnce;

use super::inactive::TokenHash;

/// How many questions may be under way at once.
const MOST: usize = 64;

/// The questions that are under way.
pub(super) struct Flights<A> {
    under_way: Mutex<HashMap<TokenHash, Arc<Flight<A>>>>,
}

/// A question, with the answer once it is there; `None` if nobody will answer it.
struct Flight<A>(SetOnce<Option<A>>);

/// A question to ask.
pub(super) enum Boarding<A: Clone> {
    /// Somebody has asked it.
    Wait(Waiting<A>),
    /// Nobody has. Give the answer to the pilot.
    Ask(Pilot<A>, Waiting<A>),
    /// Too many are under way.
    Full,
}

pub(super) struct Waiting<A>(Arc<Flight<A>>);

/// Who asks. If it is dropped without an answer, nobody waits any longer.
pub(super) struct Pilot<A> {
    flights: Arc<Flights<A>>,
    token: TokenHash,
    flight: Arc<Flight<A>>,
}

impl<A: Clone> Flights<A> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            under_way: Mutex::default(),
        })
    }

    pub(super) fn board(self: &Arc<Self>, token: TokenHash) -> Boarding<A> {
        let mut under_way = self.lock();
        if let Some(flight) = under_way.get(&token) {
            return Boarding::Wait(Waiting(Arc::clone(flight)));
        }
        if under_way.len() >= MOST {
            return Boarding::Full;
        }
        let flight = Arc::new(Flight(SetOnce::new()));
        under_way.insert(token, Arc::clone(&flight));
        let pilot = Pilot {
            flights: Arc::clone(self),
            token,
            flight: Arc::clone(&flight),
        };
        Boarding::Ask(pilot, Waiting(flight))
    }
}

impl<A> Flights<A> {
    fn lock(&self) -> MutexGuard<'_, HashMap<TokenHash, Arc<Flight<A>>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Clone> Waiting<A> {
    pub(super) async fn answer(&self) -> Option<A> {
        self.0.0.wait().await.clone()
    }
}

impl<A> Pilot<A> {
    pub(super) fn answer(self, answer: A) {
        let _ = self.flight.0.set(Some(answer));
    }
}

impl<A> Drop for Pilot<A> {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.token);
        let _ = self.flight.0.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pilot(flights: &Arc<Flights<u8>>, token: TokenHash) -> (Pilot<u8>, Waiting<u8>) {
        match flights.board(token) {
            Boarding::Ask(pilot, waiting) => (pilot, waiting),
            _ => panic!("nobody has asked about {token}"),
        }
    }

    #[tokio::test]
    async fn all_who_wait_get_the_answer() {
        let flights = Flights::new();
        let (first, waiting) = pilot(&flights, 1);
        let Boarding::Wait(other) = flights.board(1) else {
            panic!("it is under way");
        };
        first.answer(7);
        assert_eq!(
            (waiting.answer().await, other.answer().await),
            (Some(7), Some(7))
        );
        pilot(&flights, 1);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_pilot_who_is_gone() {
        let flights = Flights::new();
        let (first, waiting) = pilot(&flights, 1);
        drop(first);
        assert_eq!(waiting.answer().await, None);
    }

    #[test]
    fn there_are_at_most_so_many_at_once() {
        let flights = Flights::new();
        let mut all: Vec<_> = (0..64).map(|token| pilot(&flights, token)).collect();
        assert!(matches!(flights.board(64), Boarding::Full));
        assert!(matches!(flights.board(63), Boarding::Wait(_)));
        all.pop();
        pilot(&flights, 64);
    }
}
