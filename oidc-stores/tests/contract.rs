//! The rules find the mistakes that they are about: each of them fails on a store that breaks it.

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
    InsertOverwrites,
    ReplaceCreates,
    TouchFindsEverything,
    ReplaceIgnoresVersion,
    ReplaceMovesTimesBack,
    ReplaceReleasesAnyLease,
    ReplaceReleasesNothing,
    TouchRevives,
    TouchMovesBeyondTheEnd,
    TouchChangesTheVersion,
    LeaseIsShared,
    LeaseNeverEnds,
    LeaseIsOfAnOldVersion,
    RemoveFindsEverything,
    RemoveAllIgnoresTime,
    RemoveAllMissesProviderSessions,
    RemoveAllIgnoresApplication,
    ListIgnoresCase,
    ListIsEmpty,
    OnceIsTrueAlways,
    OnceIsFalseAlways,
    SweepIgnoresApplication,
    SweepRemovesTheLiving,
    SweepRemovesNothing,
    SweepIgnoresTheLimit,
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
    what_is_inserted_is_loaded: LosesProviderSession;
    inserting_never_overwrites: InsertOverwrites;
    only_inserting_creates: ReplaceCreates TouchFindsEverything;
    one_replacement_of_a_version_succeeds: ReplaceIgnoresVersion;
    replacing_writes_payload_and_times: ReplaceMovesTimesBack;
    touching_only_moves_forward: TouchRevives TouchMovesBeyondTheEnd TouchChangesTheVersion;
    a_lease_is_exclusive: LeaseIsShared LeaseIsOfAnOldVersion;
    a_lease_ends_with_its_time: LeaseIsShared LeaseNeverEnds;
    replacing_ends_only_the_lease_it_names: ReplaceReleasesAnyLease ReplaceReleasesNothing;
    once_is_true_once: OnceIsTrueAlways OnceIsFalseAlways;
    applications_are_apart: RemoveAllIgnoresApplication SweepIgnoresApplication;
    listing_finds_the_sessions_of_a_user: ListIgnoresCase ListIsEmpty;
    removal_is_final: RemoveFindsEverything ReplaceCreates;
    removing_all_spares_later_sign_ins: RemoveAllIgnoresTime RemoveAllMissesProviderSessions;
    sweeping_spares_the_living: SweepRemovesTheLiving SweepRemovesNothing SweepIgnoresTheLimit;
}

/// A store with one mistake.
#[derive(Debug)]
struct Broken {
    store: MemoryStore,
    mistake: Mistake,
    apps: Mutex<Vec<AppId>>,
}

impl Broken {
    fn new(mistake: Mistake) -> Self {
        Self {
            store: MemoryStore::new(),
            mistake,
            apps: Mutex::default(),
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
}

impl SessionStore for Broken {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.apps.lock().unwrap().push(record.key.app);
            if self.has(Mistake::InsertOverwrites) {
                return self.overwrite(record).await;
            }
            let mut record = record.clone();
            if self.has(Mistake::LosesProviderSession) {
                record.provider_session = None;
            }
            self.store.insert(&record).await
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
            let swap = self.store.replace(record, expected, release).await?;
            match (swap, self.mistake) {
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
            let touched = self.store.touch(key, seen_at, idle_until).await?;
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
            let seconds = if self.has(Mistake::LeaseNeverEnds) {
                u32::MAX
            } else {
                seconds
            };
            let lease = self.store.lease(key, owner, seconds).await?;
            Ok(match (lease, self.mistake) {
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
                let apps = self.apps.lock().unwrap().clone();
                for other in apps {
                    self.store.remove_all(other, of, issued_up_to).await?;
                }
            }
            let issued_up_to = issued_up_to.filter(|_| !self.has(Mistake::RemoveAllIgnoresTime));
            self.store.remove_all(app, of, issued_up_to).await
        })
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(async move {
            match self.mistake {
                Mistake::ListIsEmpty => Ok(Vec::new()),
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
                _ => self.store.once(key, seconds).await,
            }
        })
    }

    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            match self.mistake {
                Mistake::SweepRemovesTheLiving => self.store.sweep(app, now + 1, at_most).await,
                Mistake::SweepRemovesNothing => Ok(0),
                Mistake::SweepIgnoresTheLimit => self.store.sweep(app, now, u32::MAX).await,
                Mistake::SweepIgnoresApplication => {
                    let apps = self.apps.lock().unwrap().clone();
                    for other in apps {
                        self.store.sweep(other, now, at_most).await?;
                    }
                    self.store.sweep(app, now, at_most).await
                }
                _ => self.store.sweep(app, now, at_most).await,
            }
        })
    }
}
