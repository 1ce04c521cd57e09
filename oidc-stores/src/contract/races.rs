use super::Stores;
use super::samples::{app, session};
use super::writes::load;
use crate::{AppId, Lease, Of, Record, SessionKey, Swap};

/// How often something is tried at once.
const ROUNDS: u8 = 16;

/// Neither a `touch` nor a `lease` undoes what a `replace` at the same moment has written, or each
/// other.
pub async fn what_happens_at_once_is_kept(stores: &Stores) {
    let app = app();
    for round in 0..ROUNDS {
        let original = session(app, round);
        stores.a.insert(&original).await.expect("insert");
        let shared = original.clone();
        stores
            .at_once(6, move |n, store| {
                let record = shared.clone();
                async move {
                    let key = &record.key;
                    // Each of them is the first one at times.
                    match (n + usize::from(round)) % 6 {
                        0 => {
                            let new = Record {
                                payload: b"new".to_vec(),
                                ..record.clone()
                            };
                            store.replace(&new, 0, None).await.expect("replace");
                        }
                        1 | 4 => drop(store.lease(key, 1, 60).await.expect("lease")),
                        _ => {
                            let (seen, idle) = (record.seen_at + 60, record.idle_until + 60);
                            store.touch(key, seen, idle).await.expect("touch");
                        }
                    }
                }
            })
            .await;

        let found = load(&*stores.b, &original).await.expect("it is there");
        assert_eq!(found.version, 1, "the replacement counts");
        assert!(found.payload == b"new", "the payload is the new one");
        assert_eq!(found.seen_at, original.seen_at + 60, "the use is recorded");
        let other = stores.b.lease(&original.key, 2, 60).await.expect("lease");
        assert_eq!(other, Lease::Busy, "the lease is held");
    }
}

/// `replace` and `lease` say that a session is gone if it was removed before them, and never that
/// it changed or is busy, which nobody did.
pub async fn a_session_that_is_removed_at_once_is_gone(stores: &Stores) {
    let app = app();
    for round in 0..ROUNDS {
        let record = session(app, round);
        stores.a.insert(&record).await.expect("insert");
        let shared = record.clone();
        stores
            .at_once(3, move |n, store| {
                let record = shared.clone();
                async move {
                    // Each of them is the first one at times.
                    match (n + usize::from(round)) % 3 {
                        0 => drop(store.remove(&record.key).await.expect("remove")),
                        1 => {
                            let swap = store.replace(&record, 0, None).await.expect("replace");
                            assert_ne!(swap, Swap::Changed, "nobody else has replaced it");
                        }
                        _ => {
                            let lease = store.lease(&record.key, 1, 60).await.expect("lease");
                            assert_ne!(lease, Lease::Busy, "nobody else has leased it");
                        }
                    }
                }
            })
            .await;
    }
}

/// A sign-in during a `remove_all` is either removed by it, or is there and is listed.
pub async fn signing_in_while_removing_all_is_all_or_nothing(stores: &Stores) {
    let app = app();
    let counts = stores
        .at_once(usize::from(ROUNDS), move |n, store| async move {
            if n % 4 == 1 {
                let alice = Of::Subject("alice");
                return store
                    .remove_all(app, alice, None)
                    .await
                    .expect("remove_all");
            }
            let n = u8::try_from(n).expect("few tasks");
            store.insert(&session(app, n)).await.expect("insert");
            0
        })
        .await;

    let mut there = Vec::new();
    for n in (0..ROUNDS).filter(|n| n % 4 != 1) {
        if let Some(record) = load(&*stores.a, &session(app, n)).await {
            there.push(record.key);
        }
    }
    assert_eq!(listed(stores, app).await, there, "what is there is listed");
    let removed: u64 = counts.iter().sum();
    let inserted = usize::from(ROUNDS) / 4 * 3;
    assert_eq!(
        removed,
        (inserted - there.len()) as u64,
        "what is not there was counted"
    );
}

async fn listed(stores: &Stores, app: AppId) -> Vec<SessionKey> {
    let listed = stores.b.list(app, "alice").await.expect("list");
    let mut keys: Vec<_> = listed.into_iter().map(|summary| summary.key).collect();
    keys.sort();
    keys
}
