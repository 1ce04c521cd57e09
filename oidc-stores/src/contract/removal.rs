use super::Stores;
use super::samples::{HOUR, YEAR, app, real_now, session};
use super::writes::load;
use crate::{AppId, Of, Record, Summary};

/// What one application stores, another one neither sees nor removes, under the same key, subject
/// and provider session.
pub async fn applications_are_apart(stores: &Stores) {
    let (ours, theirs) = (
        with_sid(session(app(), 1), "s"),
        with_sid(session(app(), 1), "s"),
    );
    stores.a.insert(&ours).await.expect("insert");
    assert_eq!(
        load(&*stores.b, &theirs).await,
        None,
        "a session of another application"
    );
    stores
        .b
        .insert(&theirs)
        .await
        .expect("another application may use the same hash");

    let app = theirs.key.app;
    let listed = stores.a.list(app, "alice").await.expect("list");
    assert_eq!(
        listed,
        [Summary::from(&theirs)],
        "list is about one application"
    );
    for of in [Of::Subject("alice"), Of::ProviderSession("s")] {
        stores
            .a
            .remove_all(app, of, None)
            .await
            .expect("remove_all");
    }
    stores.a.remove(&theirs.key).await.expect("remove");
    stores
        .a
        .sweep(app, ours.ends_at, 1_000)
        .await
        .expect("sweep");
    assert_eq!(
        load(&*stores.b, &ours).await,
        Some(ours),
        "the other application's session stays"
    );
}

/// `list` returns the sessions of one user, up to date.
pub async fn listing_finds_the_sessions_of_a_user(stores: &Stores) {
    let app = app();
    let (first, second, bobs) = (session(app, 1), session(app, 2), of_bob(session(app, 3)));
    for record in [&first, &second, &bobs] {
        stores.a.insert(record).await.expect("insert");
    }
    let touched = Record {
        seen_at: first.seen_at + 9,
        idle_until: first.idle_until + 9,
        ..first
    };
    stores
        .b
        .touch(&touched.key, touched.seen_at, touched.idle_until)
        .await
        .expect("touch");

    let mut listed = stores.a.list(app, "alice").await.expect("list");
    listed.sort_by_key(|summary| summary.key);
    let expected = [Summary::from(&touched), Summary::from(&second)];
    assert_eq!(listed, expected, "list returns the sessions of the user");

    stores.b.remove(&second.key).await.expect("remove");
    let listed = stores.a.list(app, "alice").await.expect("list");
    assert_eq!(
        listed,
        [Summary::from(&touched)],
        "list does not return what was removed"
    );
    let listed = stores.a.list(app, "ALICE").await.expect("list");
    assert_eq!(listed, [], "a subject is compared byte by byte");
    let listed = stores.a.list(app, "alice ").await.expect("list");
    assert_eq!(listed, [], "a subject is compared with its blanks");
}

/// A session that was removed stays removed while replacements, touches and leases of it are under
/// way.
pub async fn removal_is_final(stores: &Stores) {
    let app = app();
    for round in 0..8 {
        let record = session(app, round);
        stores.a.insert(&record).await.expect("insert");
        let shared = record.clone();
        let removed = stores
            .at_once(16, move |n, store| {
                let record = shared.clone();
                async move {
                    let later = i64::try_from(n).expect("few tasks");
                    match n % 4 {
                        0 => return store.remove(&record.key).await.expect("remove"),
                        1 => drop(store.replace(&record, 0, None).await.expect("replace")),
                        2 => drop(store.lease(&record.key, n as u128, 0).await.expect("lease")),
                        _ => {
                            let (seen, idle) = (record.seen_at + later, record.idle_until + later);
                            store.touch(&record.key, seen, idle).await.expect("touch");
                        }
                    }
                    false
                }
            })
            .await;
        let removals = removed.into_iter().filter(|removed| *removed).count();
        assert_eq!(removals, 1, "of removals at once one finds the session");
        for n in 0..2 {
            assert_eq!(
                load(&*stores.nth(n), &record).await,
                None,
                "a removed session stays removed"
            );
        }
        let listed = stores.b.list(app, &record.subject).await.expect("list");
        assert_eq!(listed, [], "a removed session is not listed");
    }
}

/// `remove_all` removes every session of a user or a provider session that was issued up to a time,
/// and no later one.
pub async fn removing_all_spares_later_sign_ins(stores: &Stores) {
    let app = app();
    let issued = |n: u8, later: i64| {
        let record = session(app, n);
        Record {
            issued_at: record.issued_at + later,
            ..with_sid(record, "s")
        }
    };
    let (before, at, after) = (issued(1, -1), issued(2, 0), issued(3, 1));
    let others = [with_sid(session(app, 4), "t"), session(app, 5)];
    let bobs = of_bob(issued(6, -1));
    let up_to = Some(at.issued_at);

    for record in [&before, &at, &after, &bobs].into_iter().chain(&others) {
        stores.a.insert(record).await.expect("insert");
    }
    for other in ["S", "s ", "ALICE", "alice ", ""] {
        for of in [Of::Subject(other), Of::ProviderSession(other)] {
            let removed = remove_all(stores, app, of, None).await;
            assert_eq!(removed, 0, "{of:?} is compared byte by byte");
        }
    }
    let of_session = Of::ProviderSession("s");
    assert_eq!(
        remove_all(stores, app, of_session, up_to).await,
        3,
        "of a provider session"
    );
    assert_eq!(
        remove_all(stores, app, of_session, up_to).await,
        0,
        "it is idempotent"
    );
    assert_gone(stores, &[&before, &at, &bobs]).await;
    assert_there(stores, &[&after, &others[0], &others[1]]).await;

    for record in [&before, &at, &bobs] {
        stores.a.insert(record).await.expect("insert");
    }
    let alice = Of::Subject("alice");
    assert_eq!(
        remove_all(stores, app, alice, up_to).await,
        4,
        "of a user, with or without sid"
    );
    assert_gone(stores, &[&before, &at, &others[0], &others[1]]).await;
    assert_there(stores, &[&after, &bobs]).await;

    assert_eq!(
        remove_all(stores, app, alice, None).await,
        1,
        "without a time all of them"
    );
    assert_gone(stores, &[&after]).await;
    assert_there(stores, &[&bobs]).await;
    let remaining = remove_all(stores, app, of_session, None).await;
    assert_eq!(
        remaining, 1,
        "removing other sessions leaves a session's own index alone"
    );
}

/// `sweep` removes up to the given number of sessions that have ended, and none that has not.
pub async fn sweeping_spares_the_living(stores: &Stores) {
    let app = app();
    let now = real_now() + YEAR;
    let ending = |n: u8, idle_until: i64, ends_at: i64| Record {
        signed_in_at: now - HOUR,
        seen_at: now - HOUR,
        idle_until,
        ends_at,
        ..session(app, n)
    };
    let dead = [
        ending(1, now - 1, now + HOUR),
        ending(2, now, now + HOUR),
        ending(3, now - 1, now - 1),
        ending(4, now + 1, now),
    ];
    let touched = ending(5, now - 1, now + HOUR);
    let living = ending(6, now + 1, now + 1);
    let replaced = ending(7, now - 1, now + HOUR);
    for record in dead.iter().chain([&touched, &living, &replaced]) {
        stores.a.insert(record).await.expect("insert");
    }
    let renewed = Record {
        idle_until: now + 1,
        ..replaced.clone()
    };
    stores.b.replace(&renewed, 0, None).await.expect("replace");
    stores
        .b
        .touch(&touched.key, now - 2, now + 1)
        .await
        .expect("touch");

    let swept = stores.b.sweep(app, now, 2).await.expect("sweep");
    assert!(swept <= 2, "sweep removes at most as many as it was told");
    while stores.b.sweep(app, now, 2).await.expect("sweep") > 0 {}
    assert_gone(stores, &dead.each_ref()).await;
    for record in [&touched, &living, &replaced] {
        assert!(
            load(&*stores.a, record).await.is_some(),
            "sweep removes nothing that lives"
        );
    }
    let listed = stores.a.list(app, "alice").await.expect("list");
    assert_eq!(listed.len(), 3, "what was swept is not listed");
}

async fn remove_all(stores: &Stores, app: AppId, of: Of<'_>, issued_up_to: Option<i64>) -> u64 {
    stores
        .b
        .remove_all(app, of, issued_up_to)
        .await
        .expect("remove_all")
}

async fn assert_gone(stores: &Stores, records: &[&Record]) {
    for record in records {
        assert_eq!(load(&*stores.a, record).await, None, "a session that ends");
    }
}

async fn assert_there(stores: &Stores, records: &[&Record]) {
    for record in records {
        assert_eq!(
            load(&*stores.a, record).await.as_ref(),
            Some(*record),
            "a session that stays"
        );
    }
}

fn with_sid(record: Record, sid: &str) -> Record {
    Record {
        provider_session: Some(sid.to_owned()),
        ..record
    }
}

fn of_bob(record: Record) -> Record {
    Record {
        subject: "bob".to_owned(),
        ..record
    }
}
