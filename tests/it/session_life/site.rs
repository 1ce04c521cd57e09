//! A provider, and applications with sessions that are kept in different places.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use oidc::stores::{
    AppId, Lease, MemoryStore, Of, Record, SessionKey, SessionStore, SqliteStore, StoreError,
    StoreFuture, Summary, Swap,
};
use oidc::{Oidc, Sessions};
use oidc_devidp::{Client, DevIdp, Endpoint, RefreshTokens, TokenBuilder};
use tempfile::TempDir;

use super::app::{APP, SIGN_IN};
use super::browser::Browser;
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::servers::{Framework, Server};

/// Where browsers see the application.
pub(super) const ORIGIN: &str = "https://shop.example";
pub(super) const CLIENT: &str = "shop";
pub(super) const KEY: &str = "a key of more than thirty-two characters";

/// Where sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Cookie,
    Memory,
    Sqlite,
}

impl Place {
    pub(super) const ALL: [Self; 3] = [Self::Cookie, Self::Memory, Self::Sqlite];
    pub(super) const STORES: [Self; 2] = [Self::Memory, Self::Sqlite];
}

/// A provider that rotates refresh tokens and notices when one comes twice.
pub(super) struct World {
    pub(super) bench: Bench,
    directory: TempDir,
    files: AtomicUsize,
    timeout: Duration,
}

impl World {
    pub(super) async fn start() -> Self {
        Self::with(|client| client).await
    }

    pub(super) async fn with(change: impl FnOnce(Client) -> Client) -> Self {
        Self::of(change(client()), |idp| idp).await
    }

    /// With another provider; its only client is the application.
    pub(super) async fn of(
        client: Client,
        change: impl FnOnce(oidc_devidp::Builder) -> oidc_devidp::Builder,
    ) -> Self {
        let only = |config: &mut oidc_devidp::Config| config.clients = vec![client];
        Self {
            bench: Bench::with(change(DevIdp::builder().configure(only))).await,
            directory: TempDir::new().expect("a directory"),
            files: AtomicUsize::new(0),
            timeout: Duration::from_secs(30),
        }
    }

    /// How long its applications wait for the provider.
    pub(super) fn patient_for(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Runs a test on both frameworks, with the sessions in each place.
    pub(super) async fn everywhere(&self, test: impl AsyncFn(&Site<'_>)) {
        self.at(&Place::ALL, |sessions| sessions, test).await;
    }

    /// The same in some places only, and with other settings.
    pub(super) async fn at(
        &self,
        places: &[Place],
        settings: fn(Sessions) -> Sessions,
        test: impl AsyncFn(&Site<'_>),
    ) {
        for place in places {
            for framework in [Framework::Axum, Framework::Actix] {
                let site = Site::start(self, framework, *place, settings);
                let named = NameOnPanic(framework, *place);
                self.bench.idp.reset_hits();
                test(&site).await;
                drop(named);
                self.bench.idp.heal();
                self.bench.idp.untamper();
            }
        }
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.bench.advance(Duration::from_secs(seconds));
    }

    pub(super) fn token_calls(&self) -> usize {
        self.bench.idp.hits(Endpoint::Token)
    }

    pub(super) async fn until_token_calls(&self, calls: usize) {
        until(async || self.token_calls() >= calls).await;
        assert_eq!(self.token_calls(), calls);
    }

    /// Waits for a revocation, which happens in the background.
    pub(super) async fn until_revoked(&self) {
        until(async || self.bench.idp.hits(Endpoint::Revocation) > 0).await;
    }

    /// What the ID token of a refresh contains, for alice.
    pub(super) fn refreshed_id_token(&self) -> TokenBuilder {
        self.bench
            .idp
            .id_token()
            .without("nonce")
            .without("at_hash")
    }

    pub(super) fn database(&self) -> PathBuf {
        let number = self.files.fetch_add(1, Ordering::SeqCst);
        self.directory.path().join(format!("sessions{number}.db"))
    }
}

/// The application, as the provider knows it.
pub(super) fn client() -> Client {
    Client::new(CLIENT)
        .redirect_uri(format!("{ORIGIN}/auth/v2/callback"))
        .post_logout_redirect_uri(format!("{ORIGIN}/"))
        .post_logout_redirect_uri(format!("{ORIGIN}/bye"))
        .refresh_tokens(RefreshTokens::Always)
}

/// One instance of the application.
pub(super) struct Site<'w> {
    pub(super) server: Server,
    pub(super) oidc: Oidc,
    pub(super) setup: Setup<'w>,
}

impl<'w> Deref for Site<'w> {
    type Target = Setup<'w>;

    fn deref(&self) -> &Setup<'w> {
        &self.setup
    }
}

/// What instances share.
#[derive(Clone)]
pub(super) struct Setup<'w> {
    pub(super) world: &'w World,
    framework: Framework,
    client_id: String,
    pub(super) place: Place,
    pub(super) store: Option<TestStore>,
    pub(super) file: Option<PathBuf>,
    settings: fn(Sessions) -> Sessions,
}

impl<'w> Setup<'w> {
    fn start(self) -> Site<'w> {
        let sessions = (self.settings)(Sessions::new(SIGN_IN).key(KEY));
        let sessions = match &self.store {
            Some(store) => sessions.store(store.clone()),
            None => sessions,
        };
        let builder = self.world.bench.steady_builder().public_url(ORIGIN);
        let builder = builder.client_id(&self.client_id).sessions(sessions);
        let oidc = builder.timeout(self.world.timeout).build();
        let oidc = oidc.expect("the configuration is sound");
        let server = match self.framework {
            Framework::Axum => Server::axum(APP, oidc.clone()),
            Framework::Actix => Server::actix(APP, oidc.clone()),
        };
        Site {
            server,
            oidc,
            setup: self,
        }
    }

    /// Another instance, with the same keys and the same store.
    pub(super) fn another(&self) -> Site<'w> {
        self.clone().start()
    }

    pub(super) fn another_with(&self, store: TestStore) -> Site<'w> {
        let store = Some(store);
        Self {
            store,
            ..self.clone()
        }
        .start()
    }

    /// Another application, with the same keys and the same store.
    pub(super) fn another_client(&self, id: &str) -> Site<'w> {
        let client_id = id.to_owned();
        Self {
            client_id,
            ..self.clone()
        }
        .start()
    }

    pub(super) fn store(&self) -> &TestStore {
        self.store.as_ref().expect("the sessions are in a store")
    }
}

impl<'w> Site<'w> {
    pub(super) fn start(
        world: &'w World,
        framework: Framework,
        place: Place,
        settings: fn(Sessions) -> Sessions,
    ) -> Self {
        let file = (place == Place::Sqlite).then(|| world.database());
        let store = match (place, &file) {
            (Place::Memory, _) => Some(TestStore::new(MemoryStore::new())),
            (_, Some(file)) => {
                let store = SqliteStore::open(file).expect("the file can be created");
                Some(TestStore::new(store))
            }
            _ => None,
        };
        let setup = Setup {
            world,
            framework,
            client_id: world.bench.idp.client_id().to_owned(),
            place,
            store,
            file,
            settings,
        };
        setup.start()
    }

    /// A browser without cookies.
    pub(super) fn browser(&self) -> Browser {
        Browser::new(self.server.address)
    }

    /// A browser in which this user has signed in.
    pub(super) async fn signed_in(&self, user: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(&self.world.bench.idp, user).await;
        self.world.bench.idp.reset_hits();
        browser
    }
}

/// A store that fails when the test says so, and counts what it is asked.
#[derive(Clone, Debug)]
pub(super) struct TestStore {
    inner: Arc<dyn SessionStore>,
    is_down: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
}

impl TestStore {
    pub(super) fn new(store: impl SessionStore) -> Self {
        Self {
            inner: Arc::new(store),
            is_down: Arc::default(),
            calls: Arc::default(),
        }
    }

    pub(super) fn fail(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn ask<'a, T: Send + 'a>(&'a self, operation: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.is_down.load(Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::message("the store is out of order")) });
        }
        operation
    }
}

impl SessionStore for TestStore {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        self.ask(self.inner.insert(record))
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        self.ask(self.inner.load(key))
    }

    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap> {
        self.ask(self.inner.replace(record, expected, release))
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool> {
        self.ask(self.inner.touch(key, seen_at, idle_until))
    }

    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease> {
        self.ask(self.inner.lease(key, owner, seconds))
    }

    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool> {
        self.ask(self.inner.remove(key))
    }

    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64> {
        self.ask(self.inner.remove_all(app, of, issued_up_to))
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        self.ask(self.inner.list(app, subject))
    }

    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool> {
        self.ask(self.inner.once(key, seconds))
    }

    /// Not counted: it happens by itself now and then.
    fn sweep(&self, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        self.inner.sweep(now, at_most)
    }
}

/// Reports where a failed assertion was about.
struct NameOnPanic(Framework, Place);

impl Drop for NameOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the failure above is of {self}");
        }
    }
}

impl fmt::Display for NameOnPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with sessions in {:?}", self.0, self.1)
    }
}
