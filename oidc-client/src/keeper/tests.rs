use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;

use tokio::sync::Semaphore;

use super::*;
use crate::store::{LockedEntry, MemoryStore};

/// Renews when it is permitted to, and counts how often.
#[derive(Clone, Debug)]
struct Provider {
    permits: Arc<Semaphore>,
    calls: Arc<AtomicUsize>,
    is_down: Arc<AtomicBool>,
}

impl Provider {
    fn new() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(0)),
            calls: Arc::default(),
            is_down: Arc::default(),
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    async fn until_called(&self) {
        while self.calls() == 0 {
            tokio::task::yield_now().await;
        }
    }
}

impl Renew for Provider {
    async fn renew(&self, _: Option<&Token>) -> Result<Token, Renewal> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        self.permits.acquire().await.expect("it is open").forget();
        if self.is_down.load(Ordering::Relaxed) {
            return Err(Renewal::Failed(Error::Unavailable("down".to_owned())));
        }
        Ok(token(&format!("new-{call}")))
    }
}

fn token(text: &str) -> Token {
    Token {
        access_token: Secret::new(text),
        refresh_token: None,
        scope: None,
        obtained: SystemTime::now(),
        expires: None,
        refresh_expires: None,
        unkept: None,
    }
}

fn keeper(by: &Provider) -> Arc<Keeper<Provider>> {
    keeper_with(MemoryStore::default(), by)
}

fn keeper_with(store: impl TokenStore, by: &Provider) -> Arc<Keeper<Provider>> {
    let clock = SharedClock::default();
    Keeper::new(Arc::new(store), "app".to_owned(), clock, by.clone())
}

/// A store whose entries cannot be changed through it, and not always be read.
#[derive(Clone, Debug, Default)]
struct ReadOnly(MemoryStore, Arc<AtomicBool>);

impl ReadOnly {
    fn set_away(&self, is_away: bool) {
        self.1.store(is_away, Ordering::Relaxed);
    }
}

impl TokenStore for ReadOnly {
    fn load(&self, key: &str) -> Result<Option<Token>, StoreError> {
        if self.1.load(Ordering::Relaxed) {
            return Err(StoreError::NoDirectory);
        }
        self.0.load(key)
    }

    fn lock(&self, _: &str) -> Result<Box<dyn LockedEntry>, StoreError> {
        Err(StoreError::NoDirectory)
    }

    fn keys(&self) -> Vec<Result<String, StoreError>> {
        self.0.keys()
    }
}

/// The provider has spent the refresh token by then.
#[tokio::test]
async fn a_token_is_kept_although_nobody_waits_for_it() {
    let provider = Provider::new();
    let keeper = keeper(&provider);
    let caller = tokio::spawn({
        let keeper = Arc::clone(&keeper);
        async move { keeper.fresh().await }
    });
    provider.until_called().await;
    caller.abort();
    assert!(caller.await.is_err_and(|error| error.is_cancelled()));
    provider.permits.add_permits(1);
    let token = keeper.fresh().await.expect("a token");
    assert_eq!(token.access_token(), "new-1");
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_once_for_all() {
    let provider = Provider::new();
    let keeper = keeper(&provider);
    let rejected = keeper.keep(token("old")).await.expect("it is kept");
    let callers = (0..20).map(|_| {
        let (keeper, rejected) = (Arc::clone(&keeper), rejected.clone());
        tokio::spawn(async move { keeper.instead_of(&rejected).await })
    });
    let callers: Vec<_> = callers.collect();
    provider.until_called().await;
    provider.permits.add_permits(20);
    for caller in callers {
        let token = caller.await.expect("it ends").expect("a token");
        assert_eq!(token.access_token(), "new-1");
    }
    assert_eq!(provider.calls(), 1);
}

/// Each of them would wait for as long again.
#[tokio::test]
async fn a_renewal_that_fails_has_failed_for_all() {
    let provider = Provider::new();
    provider.is_down.store(true, Ordering::Relaxed);
    let keeper = keeper(&provider);
    let callers = (0..20).map(|_| {
        let keeper = Arc::clone(&keeper);
        tokio::spawn(async move { keeper.fresh().await })
    });
    let callers: Vec<_> = callers.collect();
    provider.until_called().await;
    // The others have come by then.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    provider.permits.add_permits(20);
    for caller in callers {
        let failed = caller.await.expect("it ends");
        assert!(matches!(failed, Err(Error::Unavailable(_))), "{failed:?}");
    }
    assert_eq!(provider.calls(), 1);
    provider.is_down.store(false, Ordering::Relaxed);
    let token = keeper.fresh().await.expect("a token");
    assert_eq!(token.access_token(), "new-2");
}

/// However little is left of it.
#[tokio::test]
async fn a_token_is_used_until_it_expires() {
    let provider = Provider::new();
    provider.is_down.store(true, Ordering::Relaxed);
    provider.permits.add_permits(100);
    let keeper = keeper(&provider);
    for left in [1, 4, 6, 30] {
        let mut due = token("due");
        due.expires = Some(due.obtained + Duration::from_secs(left));
        due.obtained -= LEEWAY;
        keeper.keep(due).await.expect("it is kept");
        let token = keeper.fresh().await.expect("it is still valid");
        assert_eq!(token.access_token(), "due", "{left}");
    }
    let mut over = token("over");
    over.expires = Some(over.obtained);
    keeper.keep(over).await.expect("it is kept");
    keeper.fresh().await.expect_err("it has expired");
}

/// A provider that does not respond takes nobody's time whose token is still valid.
#[tokio::test(start_paused = true)]
async fn a_valid_token_does_not_wait_for_long() {
    let provider = Provider::new();
    let keeper = keeper(&provider);
    let mut due = token("due");
    due.expires = Some(due.obtained + LEEWAY / 2);
    due.obtained -= LEEWAY;
    due.refresh_token = Some(Secret::new("refresh"));
    keeper.keep(due).await.expect("it is kept");
    let began = tokio::time::Instant::now();
    let token = keeper.fresh().await.expect("it is still valid");
    assert_eq!(token.access_token(), "due");
    assert_eq!(began.elapsed(), PATIENCE);
    let token = keeper.fresh().await.expect("it is still valid");
    assert_eq!(token.access_token(), "due");
    assert_eq!(began.elapsed(), PATIENCE, "nobody waits twice");

    provider.permits.add_permits(1);
    renewals_finished().await;
    let token = keeper.current().await.expect("readable").expect("a token");
    assert_eq!(token.access_token(), "new-1");
    assert_eq!(provider.calls(), 1);
}

/// Somebody who signs in or out meanwhile, with another program, means every program.
#[tokio::test]
async fn what_others_store_or_remove_counts_for_more_than_what_is_not_stored() {
    let store = ReadOnly::default();
    let keeper = keeper_with(store.clone(), &Provider::new());
    let usable = async || {
        let token = keeper.current().await.expect("readable");
        token.map(|token| token.access_token().to_owned())
    };
    let others = |text: Option<&str>| {
        let mut entry = store.0.lock("app").expect("a lock");
        match text {
            Some(text) => entry.save(&token(text)).expect("it is saved"),
            None => assert!(entry.remove().expect("it is removed")),
        }
    };

    keeper.keep(token("ours")).await.expect("usable");
    assert_eq!(usable().await.as_deref(), Some("ours"));
    others(Some("theirs"));
    assert_eq!(usable().await.as_deref(), Some("theirs"));
    keeper.keep(token("ours")).await.expect("usable");
    assert_eq!(usable().await.as_deref(), Some("ours"));
    others(None);
    assert_eq!(usable().await, None);
    keeper.keep(token("ours")).await.expect("usable");
    others(Some("theirs"));
    assert_eq!(usable().await.as_deref(), Some("theirs"));
    others(None);
    assert_eq!(usable().await, None, "it does not come back");
}

/// The store was away as a whole: what is in it is no answer to what was held meanwhile.
#[tokio::test]
async fn a_store_that_comes_back_takes_no_token_away() {
    let store = ReadOnly::default();
    let mut entry = store.0.lock("app").expect("a lock");
    entry.save(&token("old")).expect("it is saved");
    let keeper = keeper_with(store.clone(), &Provider::new());
    store.set_away(true);
    keeper.keep(token("new")).await.expect("usable");
    for is_away in [true, false, false] {
        store.set_away(is_away);
        let current = keeper.current().await.expect("usable").expect("a token");
        assert_eq!(current.access_token(), "new");
    }
    entry.save(&token("theirs")).expect("it is saved");
    let current = keeper.current().await.expect("usable").expect("a token");
    assert_eq!(current.access_token(), "theirs");
}

#[tokio::test]
async fn what_was_read_before_a_token_was_held_does_not_count() {
    let unkept = Unkept::default();
    let before = unkept.generation();
    unkept.hold(token("held"), &Ok(Some(token("newer"))));
    let current = unkept.or_stored(before, Ok(Some(token("older"))));
    let current = current.expect("readable").expect("a token");
    assert_eq!(current.access_token(), "held");
    let current = unkept.or_stored(unkept.generation(), Ok(Some(token("newest"))));
    let current = current.expect("readable").expect("a token");
    assert_eq!(current.access_token(), "newest");
}

#[tokio::test]
async fn a_token_that_has_nearly_expired_is_no_replacement() {
    let provider = Provider::new();
    let keeper = keeper(&provider);
    provider.permits.add_permits(1);
    let rejected = token("rejected");
    let mut due = token("due");
    due.expires = Some(due.obtained);
    keeper.keep(due).await.expect("it is kept");
    let token = keeper.instead_of(&rejected).await.expect("a token");
    assert_eq!(token.access_token(), "new-1");
}
