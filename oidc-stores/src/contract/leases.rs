use std::time::{Duration, Instant};

use super::Stores;
use super::samples::{app, once_key, session};
use super::writes::load;
use crate::{Lease, Of, Record, Swap};

/// Of any number of owners one gets the lease, with the newest record, and keeps it when it asks
/// again.
pub async fn a_lease_is_exclusive(stores: &Stores) {
    let original = session(app(), 1);
    let key = original.key;
    stores.a.insert(&original).await.expect("insert");
    let newer = Record {
        payload: b"newer".to_vec(),
        ..original.clone()
    };
    stores.a.replace(&newer, 0, None).await.expect("replace");
    let newest = load(&*stores.a, &original)
        .await
        .expect("the session is there");

    let leases = stores
        .at_once(16, move |n, store| async move {
            store.lease(&key, owner(n), 60).await.expect("lease")
        })
        .await;
    let holders: Vec<_> = (0..16).filter(|n| leases[*n] != Lease::Busy).collect();
    let [holder] = holders[..] else {
        panic!("one of 16 owners gets the lease, not {holders:?}")
    };
    assert_eq!(
        leases[holder],
        Lease::Granted(newest.clone()),
        "a lease comes with the record"
    );

    let again = stores
        .b
        .lease(&key, owner(holder), 60)
        .await
        .expect("lease");
    assert_eq!(
        again,
        Lease::Granted(newest),
        "an owner gets its lease again"
    );
    let other = stores.a.lease(&key, owner(99), 60).await.expect("lease");
    assert_eq!(other, Lease::Busy, "a lease is exclusive");

    let (seen, idle) = (original.seen_at + 60, original.idle_until + 60);
    let touched = stores.a.touch(&key, seen, idle).await.expect("touch");
    assert!(touched, "a session with a lease can be touched");
    let other = stores.a.lease(&key, owner(99), 60).await.expect("lease");
    assert_eq!(other, Lease::Busy, "a touch leaves the lease alone");
}

/// However a session is removed, its lease goes with it.
pub async fn a_lease_ends_with_its_session(stores: &Stores) {
    let app = app();
    let record = Record {
        provider_session: Some("s".to_owned()),
        ..session(app, 1)
    };
    let key = &record.key;
    for n in 0..4 {
        stores.a.insert(&record).await.expect("insert");
        let lease = stores.a.lease(key, owner(n), 60).await.expect("lease");
        assert_eq!(
            lease,
            Lease::Granted(record.clone()),
            "a new session has no lease"
        );
        let store = stores.nth(n);
        let removed = match n {
            0 => store.remove(key).await.map(u64::from),
            1 => store.remove_all(app, Of::Subject("alice"), None).await,
            2 => store.remove_all(app, Of::ProviderSession("s"), None).await,
            _ => store.sweep(app, record.ends_at, 1).await.map(|_| 1),
        };
        assert_eq!(removed.expect("remove"), 1, "a lease does not keep it");
    }
    stores.a.insert(&record).await.expect("insert");
    let lease = stores.b.lease(key, owner(9), 60).await.expect("lease");
    assert_eq!(lease, Lease::Granted(record), "sweeping removes the lease");
}

/// A lease of a second ends, and so does a second of `once`, but neither a minute.
pub async fn time_goes_on(stores: &Stores) {
    let app = app();
    let (short, long) = (session(app, 1).key, session(app, 2).key);
    let (short_once, long_once) = (once_key(), once_key());
    for (n, key) in [(1, &short), (2, &long)] {
        stores.a.insert(&session(app, n)).await.expect("insert");
        let seconds = if key == &short { 1 } else { 60 };
        stores.a.lease(key, 1, seconds).await.expect("lease");
    }
    assert!(stores.a.once(&long_once, 60).await.expect("once"));
    assert!(stores.a.once(&short_once, 1).await.expect("once"));

    let deadline = Instant::now() + Duration::from_secs(10);
    while stores.b.lease(&short, 2, 60).await.expect("lease") == Lease::Busy {
        assert!(Instant::now() < deadline, "a lease of a second ends");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while !stores.b.once(&short_once, 60).await.expect("once") {
        assert!(Instant::now() < deadline, "a second of once ends");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let lease = stores.b.lease(&long, 2, 60).await.expect("lease");
    assert_eq!(lease, Lease::Busy, "a lease of a minute goes on");
    let again = stores.b.once(&long_once, 60).await.expect("once");
    assert!(!again, "a minute of once goes on");
}

/// A lease whose time is over can be given to another owner.
pub async fn a_lease_ends_with_its_time(stores: &Stores) {
    let record = session(app(), 1);
    stores.a.insert(&record).await.expect("insert");
    for n in 0..3 {
        let lease = stores
            .nth(n)
            .lease(&record.key, owner(n), 0)
            .await
            .expect("lease");
        assert_eq!(
            lease,
            Lease::Granted(record.clone()),
            "a lease of 0 seconds is over at once"
        );
    }
    let lease = stores
        .a
        .lease(&record.key, owner(3), 60)
        .await
        .expect("lease");
    assert_eq!(
        lease,
        Lease::Granted(record.clone()),
        "a lease that is over can be had anew"
    );
    let lease = stores
        .b
        .lease(&record.key, owner(4), 60)
        .await
        .expect("lease");
    assert_eq!(
        lease,
        Lease::Busy,
        "a lease of 60 seconds is not over at once"
    );
}

/// `replace` ends the lease of the owner it names, if it succeeds, and no other.
pub async fn replacing_ends_only_the_lease_it_names(stores: &Stores) {
    let record = session(app(), 1);
    let key = record.key;
    stores.a.insert(&record).await.expect("insert");
    stores.a.lease(&key, owner(1), 60).await.expect("lease");

    // (expected version, whose lease to release, result, whether it is still held)
    let cases = [
        (0, None, Swap::Swapped, true),
        (1, Some(owner(2)), Swap::Swapped, true),
        (1, Some(owner(1)), Swap::Changed, true),
        (2, Some(owner(1)), Swap::Swapped, false),
    ];
    for (expected, release, swap, held) in cases {
        let result = stores
            .b
            .replace(&record, expected, release)
            .await
            .expect("replace");
        assert_eq!(result, swap, "replace of version {expected}");
        let lease = stores.a.lease(&key, owner(3), 60).await.expect("lease");
        assert_eq!(
            lease == Lease::Busy,
            held,
            "after version {expected}, releasing {release:?}"
        );
    }
}

/// `once` is true for the first of any number of callers.
pub async fn once_is_true_once(stores: &Stores) {
    let key = once_key();
    let firsts = stores
        .at_once(16, move |_, store| async move {
            store.once(&key, 60).await.expect("once")
        })
        .await;
    assert_eq!(
        firsts.iter().filter(|first| **first).count(),
        1,
        "once is true for one of 16"
    );
    assert!(
        !stores.a.once(&key, 60).await.expect("once"),
        "once is false afterwards"
    );
    stores.b.sweep(app(), 0, 1_000).await.expect("sweep");
    assert!(
        !stores.b.once(&key, 60).await.expect("once"),
        "sweep keeps a key whose time runs"
    );
    assert!(
        stores.b.once(&once_key(), 60).await.expect("once"),
        "another key is another once"
    );
}

/// Uses every bit of an owner.
fn owner(n: usize) -> u128 {
    u128::MAX - n as u128
}
