//! The rules find the mistakes that they are about: each of them fails on a store that breaks it.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use oidc_stores::contract::{self, Stores};
use oidc_stores::{
    AppId, Lease, MemoryStore, Of, Record, SessionKey, SessionStore, StoreError, StoreFuture,
    Summary, Swap,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mistake {
    LosesProviderSession,
    TimesAre32Bits,
    VersionIsADouble,
    InsertOverwrites,
    ReplaceCreates,
    TouchFindsEverything,
    ReplaceIgnoresVersion,
    ReplaceMovesTimesBack,
    ReplaceReleasesAnyLease,
    ReplaceReleasesNothing,
    ReplaceLooksFirst,
    TouchRevives,
    TouchMovesBeyondTheEnd,
    TouchChangesTheVersion,
    TouchDropsLeases,
    TouchSavesEverything,
    LeaseIsShared,
    LeaseNeverEnds,
    LeaseEndsEarly,
    LeaseLooksFirst,
    LeaseSavesEverything,
    LeaseIsOfAnOldVersion,
    RemoveFindsEverything,
    RemoveAllIgnoresTime,
    RemoveAllMissesProviderSessions,
    RemoveAllIgnoresApplication,
    RemoveAllIgnoresBlanks,
    RemoveAllIgnoresCase,
    RemoveAllKeepsLeases,
    RemoveAllHidesSignIns,
    ListIgnoresBlanks,
    ListIgnoresCase,
    ListIsEmpty,
    OnceIsTrueAlways,
    OnceIsFalseAlways,
    OnceEndsEarly,
    OnceNeverEnds,
    SweepIgnoresApplication,
    SweepRemovesTheLiving,
    SweepRemovesNothing,
    SweepIgnoresTheLimit,
    SweepKeepsLeases,
    SweepOverlooksReplacements,
}

/// Runs a rule on a store with a mistake. `true` if the rule notices.
fn notices<R: AsyncFnOnce(&Stores)>(rule: R, mistake: Mistake) -> bool {
    let stores = async { Stores::one(Broken::new(mistake)) };
    catch_unwind(AssertUnwindSafe(|| contract::check(stores, rule))).is_err()
}

macro_rules! assert_noticed {
    ($($rule:ident: $($mistake:ident)*;)*) => {
        $(
            #[test]
            fn $rule() {
                $(assert!(notices(contract::$rule, Mistake::$mistake), stringify!($mistake));)*
            }
        )*
    };
}

assert_noticed! {
    what_is_inserted_is_loaded: LosesProviderSession TimesAre32Bits VersionIsADouble;
    inserting_never_overwrites: InsertOverwrites;
    only_inserting_creates: ReplaceCreates TouchFindsEverything;
    one_replacement_of_a_version_succeeds: ReplaceIgnoresVersion;
    replacing_writes_payload_and_times: ReplaceMovesTimesBack;
    touching_only_moves_forward: TouchRevives TouchMovesBeyondTheEnd TouchChangesTheVersion;
    a_lease_is_exclusive: LeaseIsShared LeaseIsOfAnOldVersion TouchDropsLeases;
    a_lease_ends_with_its_session: RemoveAllKeepsLeases SweepKeepsLeases;
    a_lease_ends_with_its_time: LeaseIsShared LeaseNeverEnds;
    replacing_ends_only_the_lease_it_names: ReplaceReleasesAnyLease ReplaceReleasesNothing;
    once_is_true_once: OnceIsTrueAlways OnceIsFalseAlways;
    time_goes_on: LeaseEndsEarly OnceEndsEarly;
    applications_are_apart: RemoveAllIgnoresApplication SweepIgnoresApplication;
    listing_finds_the_sessions_of_a_user: ListIgnoresBlanks ListIgnoresCase ListIsEmpty;
    removal_is_final: RemoveFindsEverything ReplaceCreates;
    removing_all_spares_later_sign_ins: RemoveAllIgnoresTime RemoveAllMissesProviderSessions
        RemoveAllIgnoresBlanks RemoveAllIgnoresCase;
    sweeping_spares_the_living: SweepRemovesTheLiving SweepRemovesNothing SweepIgnoresTheLimit
        SweepOverlooksReplacements;
    what_happens_at_once_is_kept: TouchSavesEverything LeaseSavesEverything;
    a_session_that_is_removed_at_once_is_gone: ReplaceLooksFirst LeaseLooksFirst;
    signing_in_while_removing_all_is_all_or_nothing: RemoveAllHidesSignIns;
}

/// It takes 10 seconds, until the rule gives up.
#[test]
fn what_never_ends_is_noticed() {
    let notices = |mistake| move || notices(contract::time_goes_on, mistake);
    let lease = std::thread::spawn(notices(Mistake::LeaseNeverEnds));
    let once = std::thread::spawn(notices(Mistake::OnceNeverEnds));
    assert!(lease.join().unwrap() && once.join().unwrap());
}

/// A store with one mistake, and what it takes to make it.
#[derive(Debug)]
struct Broken {
    store: MemoryStore,
    mistake: Mistake,
    inserted: Mutex<Vec<SessionKey>>,
    hidden: Mutex<HashSet<SessionKey>>,
    /// Who holds them, also after the session is gone.
    leases: Mutex<HashMap<SessionKey, u128>>,
    /// When a session ends unless it is touched.
    idle: Mutex<HashMap<SessionKey, i64>>,
}

impl Broken {
    fn new(mistake: Mistake) -> Self {
        Self {
            store: MemoryStore::new(),
            mistake,
            inserted: Mutex::default(),
            hidden: Mutex::default(),
            leases: Mutex::default(),
            idle: Mutex::default(),
        }
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistake == mistake
    }

    /// Puts a record in place of another one, and drops its lease.
    async fn overwrite(&self, record: &Record) -> Result<(), StoreError> {
        self.store.remove(&record.key).await?;
        self.store.insert(record).await
    }

    fn apps(&self) -> Vec<AppId> {
        let inserted = self.inserted.lock().unwrap();
        inserted.iter().map(|key| key.app).collect()
    }

    /// Loads a session as it is before whatever others do meanwhile.
    async fn old(&self, key: &SessionKey) -> Result<Option<Record>, StoreError> {
        let old = self.store.load(key).await;
        pause().await;
        old
    }
}

/// Lets others go first.
async fn pause() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

impl SessionStore for Broken {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.inserted.lock().unwrap().push(record.key);
            let idle_until = record.idle_until;
            self.idle.lock().unwrap().insert(record.key, idle_until);
            if self.has(Mistake::InsertOverwrites) {
                return self.overwrite(record).await;
            }
            let mut record = record.clone();
            if self.has(Mistake::LosesProviderSession) {
                record.provider_session = None;
            }
            if self.has(Mistake::TimesAre32Bits) {
                record.ends_at = record.ends_at.min(u32::MAX.into());
            }
            if self.has(Mistake::VersionIsADouble) {
                record.version = as_double(record.version);
            }
            self.store.insert(&record).await?;
            let holder = self.leases.lock().unwrap().get(&record.key).copied();
            if let Some(holder) = holder {
                self.store.lease(&record.key, holder, 60).await?;
            }
            Ok(())
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        self.store.load(key)
    }

    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap> {
        Box::pin(async move {
            let stored = self.store.load(&record.key).await?;
            let expected = match &stored {
                Some(stored) if self.has(Mistake::ReplaceIgnoresVersion) => stored.version,
                _ => expected,
            };
            let release = release.filter(|_| !self.has(Mistake::ReplaceReleasesNothing));
            if self.has(Mistake::ReplaceLooksFirst) {
                pause().await;
            }
            let swap = self.store.replace(record, expected, release).await?;
            match (swap, self.mistake) {
                (Swap::Gone, Mistake::ReplaceLooksFirst) if stored.is_some() => {
                    return Ok(Swap::Changed);
                }
                (Swap::Gone, Mistake::ReplaceCreates) => self.store.insert(record).await?,
                (Swap::Swapped, Mistake::ReplaceReleasesAnyLease) => {
                    let stored = self.store.load(&record.key).await?;
                    self.overwrite(&stored.expect("just replaced")).await?;
                }
                (Swap::Swapped, Mistake::ReplaceMovesTimesBack) => {
                    let stored = self.store.load(&record.key).await?.expect("just replaced");
                    let idle_until = record.idle_until.min(stored.ends_at);
                    self.overwrite(&Record {
                        seen_at: record.seen_at,
                        idle_until,
                        ..stored
                    })
                    .await?;
                }
                _ => {}
            }
            Ok(swap)
        })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let old = match self.mistake {
                Mistake::TouchSavesEverything => self.old(key).await?,
                _ => None,
            };
            let touched = self.store.touch(key, seen_at, idle_until).await?;
            if touched {
                self.idle.lock().unwrap().insert(*key, idle_until);
            }
            let Some(stored) = self.store.load(key).await? else {
                return Ok(self.has(Mistake::TouchFindsEverything));
            };
            let wrong = match self.mistake {
                Mistake::TouchRevives if stored.idle_until <= seen_at => Record {
                    seen_at,
                    idle_until,
                    ..stored
                },
                Mistake::TouchMovesBeyondTheEnd if touched => Record {
                    idle_until,
                    ..stored
                },
                Mistake::TouchChangesTheVersion if touched => Record {
                    version: stored.version + 1,
                    ..stored
                },
                Mistake::TouchDropsLeases if touched => stored,
                Mistake::TouchSavesEverything if touched => Record {
                    seen_at,
                    idle_until,
                    ..old.unwrap_or(stored)
                },
                _ => return Ok(touched),
            };
            self.overwrite(&wrong).await?;
            Ok(true)
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease> {
        Box::pin(async move {
            let seconds = match self.mistake {
                Mistake::LeaseNeverEnds => u32::MAX,
                Mistake::LeaseEndsEarly => seconds.min(1),
                _ => seconds,
            };
            let old = match self.mistake {
                Mistake::LeaseLooksFirst | Mistake::LeaseSavesEverything => self.old(key).await?,
                _ => None,
            };
            let lease = self.store.lease(key, owner, seconds).await?;
            let keeps = [Mistake::RemoveAllKeepsLeases, Mistake::SweepKeepsLeases];
            if matches!(lease, Lease::Granted(_)) && keeps.contains(&self.mistake) {
                self.leases.lock().unwrap().insert(*key, owner);
            }
            if let (Lease::Granted(_), Mistake::LeaseSavesEverything, Some(old)) =
                (&lease, self.mistake, &old)
            {
                self.overwrite(old).await?;
                return self.store.lease(key, owner, seconds).await;
            }
            Ok(match (lease, self.mistake) {
                (Lease::Gone, Mistake::LeaseLooksFirst) if old.is_some() => Lease::Busy,
                (Lease::Busy, Mistake::LeaseIsShared) => {
                    let stored = self.store.load(key).await?;
                    stored.map_or(Lease::Gone, Lease::Granted)
                }
                (Lease::Granted(record), Mistake::LeaseIsOfAnOldVersion) => {
                    Lease::Granted(Record {
                        version: 0,
                        ..record
                    })
                }
                (lease, _) => lease,
            })
        })
    }

    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool> {
        Box::pin(async {
            self.leases.lock().unwrap().remove(key);
            let removed = self.store.remove(key).await?;
            Ok(removed || self.has(Mistake::RemoveFindsEverything))
        })
    }

    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let by_sid = matches!(of, Of::ProviderSession(_));
            if by_sid && self.has(Mistake::RemoveAllMissesProviderSessions) {
                return Ok(0);
            }
            if self.has(Mistake::RemoveAllIgnoresApplication) {
                for other in self.apps() {
                    self.store.remove_all(other, of, issued_up_to).await?;
                }
            }
            if !self.has(Mistake::RemoveAllKeepsLeases) {
                self.leases.lock().unwrap().clear();
            }
            let text = match of {
                Of::Subject(text) | Of::ProviderSession(text) => text,
            };
            let text = match self.mistake {
                Mistake::RemoveAllIgnoresBlanks => text.trim().to_owned(),
                Mistake::RemoveAllIgnoresCase => text.to_lowercase(),
                _ => text.to_owned(),
            };
            let of = match of {
                Of::Subject(_) => Of::Subject(&text),
                Of::ProviderSession(_) => Of::ProviderSession(&text),
            };
            let issued_up_to = issued_up_to.filter(|_| !self.has(Mistake::RemoveAllIgnoresTime));
            let before = self.inserted.lock().unwrap().len();
            let removed = self.store.remove_all(app, of, issued_up_to).await;
            if self.has(Mistake::RemoveAllHidesSignIns) {
                pause().await;
                let inserted = self.inserted.lock().unwrap();
                self.hidden.lock().unwrap().extend(&inserted[before..]);
            }
            removed
        })
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(async move {
            match self.mistake {
                Mistake::ListIsEmpty => Ok(Vec::new()),
                Mistake::ListIgnoresBlanks => self.store.list(app, subject.trim()).await,
                Mistake::RemoveAllHidesSignIns => {
                    let mut listed = self.store.list(app, subject).await?;
                    let hidden = self.hidden.lock().unwrap();
                    listed.retain(|summary| !hidden.contains(&summary.key));
                    Ok(listed)
                }
                Mistake::ListIgnoresCase => self.store.list(app, &subject.to_lowercase()).await,
                _ => self.store.list(app, subject).await,
            }
        })
    }

    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            match self.mistake {
                Mistake::OnceIsTrueAlways => Ok(true),
                Mistake::OnceIsFalseAlways => Ok(false),
                Mistake::OnceEndsEarly => self.store.once(key, seconds.min(1)).await,
                Mistake::OnceNeverEnds => self.store.once(key, u32::MAX).await,
                _ => self.store.once(key, seconds).await,
            }
        })
    }

    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            if !self.has(Mistake::SweepKeepsLeases) {
                self.leases.lock().unwrap().clear();
            }
            match self.mistake {
                Mistake::SweepOverlooksReplacements => {
                    let idle = self.idle.lock().unwrap().clone();
                    for (key, _) in idle.iter().filter(|(_, until)| **until <= now) {
                        self.store.remove(key).await?;
                    }
                    self.store.sweep(app, now, at_most).await
                }
                Mistake::SweepRemovesTheLiving => self.store.sweep(app, now + 1, at_most).await,
                Mistake::SweepRemovesNothing => Ok(0),
                Mistake::SweepIgnoresTheLimit => self.store.sweep(app, now, u32::MAX).await,
                Mistake::SweepIgnoresApplication => {
                    for other in self.apps() {
                        self.store.sweep(other, now, at_most).await?;
                    }
                    self.store.sweep(app, now, at_most).await
                }
                _ => self.store.sweep(app, now, at_most).await,
            }
        })
    }
}

/// What a database keeps whose numbers are all of double precision.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "that is the mistake"
)]
fn as_double(number: u64) -> u64 {
    number as f64 as u64
}
