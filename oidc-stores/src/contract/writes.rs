use super::Stores;
use super::samples::{HOUR, app, session};
use crate::{Lease, Record, SessionStore, Swap};

/// The last second of the year 9999.
const LATEST: i64 = 253_402_300_799;

/// `load` returns what `insert` stored, in another process too.
pub async fn what_is_inserted_is_loaded(stores: &Stores) {
    let app = app();
    let mut odd = session(app, 1);
    odd.subject = "ältere';--\"%_{}\\ \u{1f511}".into();
    odd.provider_session = Some(String::new());
    odd.version = 7;
    odd.payload = (0..=255).cycle().take(70_000).collect();
    let mut empty = session(app, 2);
    empty.payload = Vec::new();

    let mut far = session(app, 3);
    far.issued_at = 0;
    far.ends_at = LATEST;
    far.idle_until = LATEST - 2;
    far.version = i64::MAX.unsigned_abs() - 1;

    for record in [&odd, &empty, &far] {
        stores.a.insert(record).await.expect("insert");
        assert_eq!(
            load(&*stores.b, record).await.as_ref(),
            Some(record),
            "insert, then load"
        );
        assert_payload(&*stores.b, record, &record.payload).await;
    }

    let touched = stores.a.touch(&far.key, far.seen_at, LATEST - 1).await;
    assert!(touched.expect("touch"), "a second is a second");
    far.idle_until = LATEST - 1;
    let swap = stores.a.replace(&far, far.version, None).await;
    assert_eq!(swap.expect("replace"), Swap::Swapped);
    far.version += 1;
    assert_eq!(
        load(&*stores.b, &far).await,
        Some(far),
        "versions and times are exact"
    );
}

/// `insert` under a key that exists is an error, changes nothing, and of several at once one
/// succeeds.
pub async fn inserting_never_overwrites(stores: &Stores) {
    let first = session(app(), 1);
    stores.a.insert(&first).await.expect("insert");

    let mut second = first.clone();
    second.subject = "bob".into();
    second.payload = b"other".to_vec();
    assert!(
        stores.b.insert(&second).await.is_err(),
        "a second insert of a key is an error"
    );
    assert_eq!(
        load(&*stores.a, &first).await,
        Some(first.clone()),
        "a second insert changes nothing"
    );
    let of_bob = stores.a.list(first.key.app, "bob").await.expect("list");
    assert!(
        of_bob.is_empty(),
        "an insert that fails leaves nothing behind"
    );

    let app = app();
    let inserted = stores
        .at_once(16, move |_, store| async move {
            store.insert(&session(app, 1)).await.is_ok()
        })
        .await;
    assert_eq!(
        count(&inserted),
        1,
        "of inserts of one key at once, one succeeds"
    );
}

/// `replace`, `touch` and `lease` do not create a session that is not there, or not there any more.
pub async fn only_inserting_creates(stores: &Stores) {
    let app = app();
    let never = session(app, 1);
    assert_nothing_creates(stores, &never).await;

    let removed = session(app, 2);
    stores.a.insert(&removed).await.expect("insert");
    assert!(
        stores.b.remove(&removed.key).await.expect("remove"),
        "remove finds the session"
    );
    assert!(
        !stores.a.remove(&removed.key).await.expect("remove"),
        "a second remove finds nothing"
    );
    assert_nothing_creates(stores, &removed).await;

    stores
        .a
        .insert(&removed)
        .await
        .expect("the key of a removed session is free");
}

async fn assert_nothing_creates(stores: &Stores, record: &Record) {
    let swap = stores.a.replace(record, record.version, None).await;
    assert_eq!(
        swap.expect("replace"),
        Swap::Gone,
        "replace without a session"
    );
    let touched = stores
        .b
        .touch(&record.key, record.seen_at + 1, record.idle_until + 1)
        .await;
    assert!(!touched.expect("touch"), "touch without a session");
    let lease = stores.a.lease(&record.key, 1, 60).await;
    assert_eq!(
        lease.expect("lease"),
        Lease::Gone,
        "lease without a session"
    );
    assert_eq!(load(&*stores.b, record).await, None, "only insert creates");
}

/// Of any number of replacements of one version one succeeds, and the others learn that the session
/// changed.
pub async fn one_replacement_of_a_version_succeeds(stores: &Stores) {
    let app = app();
    stores.a.insert(&session(app, 1)).await.expect("insert");

    for expected in 0..4 {
        let swaps = stores
            .at_once(16, move |n, store| async move {
                let mut mine = session(app, 1);
                mine.payload = vec![1, u8::try_from(n).expect("few tasks")];
                store.replace(&mine, expected, None).await.expect("replace")
            })
            .await;
        let winners: Vec<_> = (0..16)
            .filter(|n| swaps[usize::from(*n)] == Swap::Swapped)
            .collect();
        let [winner] = winners[..] else {
            panic!("one of 16 replacements of version {expected} succeeds, not {winners:?}")
        };
        assert_eq!(
            swaps.iter().filter(|swap| **swap == Swap::Changed).count(),
            15,
            "{swaps:?}"
        );

        let found = load(&*stores.b, &session(app, 1))
            .await
            .expect("the session is still there");
        assert_eq!(
            found.version,
            expected + 1,
            "a replacement makes the version one higher"
        );
        assert_payload(&*stores.a, &found, &[1, winner]).await;
    }
}

/// `replace` writes the payload and moves the times forward, and nothing else.
pub async fn replacing_writes_payload_and_times(stores: &Stores) {
    let original = session(app(), 1);
    stores.a.insert(&original).await.expect("insert");

    let mut new = original.clone();
    new.subject = "bob".into();
    new.provider_session = Some("other".to_owned());
    new.issued_at += 5;
    new.signed_in_at += 5;
    new.ends_at += HOUR;
    new.version = 40;
    new.payload = b"new".to_vec();
    new.seen_at += 60;
    new.idle_until = original.ends_at + 1;
    let swap = stores.b.replace(&new, 0, None).await.expect("replace");
    assert_eq!(swap, Swap::Swapped, "replace of the stored version");

    let mut expected = Record {
        version: 1,
        payload: b"new".to_vec(),
        ..original.clone()
    };
    expected.seen_at = new.seen_at;
    expected.idle_until = original.ends_at;
    let found = load(&*stores.a, &original).await;
    assert_eq!(
        found,
        Some(expected.clone()),
        "replace writes payload, seen_at and idle_until"
    );

    let swap = stores
        .a
        .replace(
            &Record {
                payload: vec![1],
                ..original.clone()
            },
            1,
            None,
        )
        .await;
    assert_eq!(
        swap.expect("replace"),
        Swap::Swapped,
        "replace of the stored version"
    );
    let found = load(&*stores.b, &original).await;
    let expected = Record {
        version: 2,
        payload: vec![1],
        ..expected
    };
    assert_eq!(found, Some(expected), "replace does not move times back");
}

/// `touch` moves a session that has not ended forward, not beyond its end, and never back.
pub async fn touching_only_moves_forward(stores: &Stores) {
    let original = session(app(), 1);
    let Record {
        seen_at,
        idle_until,
        ends_at,
        ..
    } = original;
    stores.a.insert(&original).await.expect("insert");

    // (what, seen_at, idle_until, whether it is written, and what is stored then)
    let cases = [
        (
            "forward",
            seen_at + 60,
            idle_until + 60,
            true,
            (seen_at + 60, idle_until + 60),
        ),
        (
            "the same again",
            seen_at + 60,
            idle_until + 60,
            false,
            (seen_at + 60, idle_until + 60),
        ),
        (
            "back",
            seen_at,
            idle_until,
            false,
            (seen_at + 60, idle_until + 60),
        ),
        (
            "seen late, idle early",
            seen_at + 90,
            idle_until,
            false,
            (seen_at + 60, idle_until + 60),
        ),
        (
            "seen early",
            seen_at + 30,
            idle_until + 90,
            true,
            (seen_at + 60, idle_until + 90),
        ),
        (
            "at its idle end",
            idle_until + 90,
            ends_at,
            false,
            (seen_at + 60, idle_until + 90),
        ),
        (
            "after its idle end",
            idle_until + 99,
            ends_at,
            false,
            (seen_at + 60, idle_until + 90),
        ),
        (
            "beyond its end",
            seen_at + 99,
            ends_at + HOUR,
            true,
            (seen_at + 99, ends_at),
        ),
        (
            "at its end",
            ends_at,
            ends_at + HOUR,
            false,
            (seen_at + 99, ends_at),
        ),
    ];
    for (n, (what, seen, idle, written, stored)) in cases.into_iter().enumerate() {
        let touched = stores
            .nth(n)
            .touch(&original.key, seen, idle)
            .await
            .expect("touch");
        assert_eq!(touched, written, "whether a touch {what} is written");
        let expected = Record {
            seen_at: stored.0,
            idle_until: stored.1,
            ..original.clone()
        };
        assert_eq!(
            load(&*stores.nth(n + 1), &original).await,
            Some(expected),
            "a touch {what}"
        );
    }
}

pub(super) async fn load(store: &dyn SessionStore, record: &Record) -> Option<Record> {
    store.load(&record.key).await.expect("load")
}

/// `Debug` of a record, which a failed comparison prints, is without the payload.
async fn assert_payload(store: &dyn SessionStore, record: &Record, payload: &[u8]) {
    let found = load(store, record).await.map(|record| record.payload);
    assert!(
        found.as_deref() == Some(payload),
        "the payload is what was written"
    );
}

fn count(outcomes: &[bool]) -> usize {
    outcomes.iter().filter(|outcome| **outcome).count()
}
