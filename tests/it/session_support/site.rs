//! A provider, and instances of the application that are configured as a test says.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oidc::stores::{MemoryStore, SqliteStore};
use oidc::{Oidc, OidcBuilder, Sessions};
use oidc_devidp::{Algorithm, Client, DevIdp, Endpoint, RefreshTokens, TokenBuilder};
use reqwest::redirect;
use rusqlite::Connection;
use tempfile::TempDir;

use super::app::{APP, SIGN_IN};
use super::browser::Browser;
use super::store::TestStore;
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::servers::{App, Framework, Server};

/// Where browsers see the application.
pub(crate) const HTTPS: &str = "https://shop.example.org";
/// The same without TLS, on the loopback interface.
pub(crate) const HTTP: &str = "http://127.0.0.1:8000";
pub(crate) const KEY: &str = "a key of the sessions, of forty characters";
pub(crate) const CLIENT: &str = "shop";

/// Where sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Cookie,
    Memory,
    Sqlite,
}

impl Place {
    pub(crate) const ALL: [Self; 3] = [Self::Cookie, Self::Memory, Self::Sqlite];
    pub(crate) const STORES: [Self; 2] = [Self::Memory, Self::Sqlite];
}

type Change<T> = Box<dyn Fn(T) -> T + Send + Sync>;

/// What a test changes about the provider and the application.
pub(crate) struct Setup {
    app: App,
    public: &'static str,
    places: &'static [Place],
    idp: Change<oidc_devidp::Builder>,
    client: Change<OidcBuilder>,
    sessions: Change<Sessions>,
}

/// Sessions without refresh tokens, which change only with time.
pub(crate) fn setup() -> Setup {
    Setup {
        app: APP,
        public: HTTPS,
        places: &Place::ALL,
        idp: Box::new(|idp| idp),
        client: Box::new(|client| client),
        sessions: Box::new(|sessions| sessions),
    }
}

/// Sessions with refresh tokens, which the provider replaces at each use. It notices when one comes twice.
pub(crate) fn renewing() -> Setup {
    setup().idp(|idp| {
        let renews = |client: Client| client.refresh_tokens(RefreshTokens::Always);
        idp.configure(|config| config.clients = config.clients.drain(..).map(renews).collect())
    })
}

/// For [`Setup::sessions`]: the store is asked for every request.
pub(crate) fn always_asked(sessions: Sessions) -> Sessions {
    sessions.staleness(Duration::ZERO)
}

/// For [`Setup::sessions`]: the store is asked once.
pub(crate) fn rarely_asked(sessions: Sessions) -> Sessions {
    sessions.staleness(Duration::from_secs(60 * 60))
}

impl Setup {
    pub(crate) fn app(self, app: App) -> Self {
        Self { app, ..self }
    }

    /// The address at which browsers see the application.
    pub(crate) fn public(self, public: &'static str) -> Self {
        Self { public, ..self }
    }

    pub(crate) fn places(self, places: &'static [Place]) -> Self {
        Self { places, ..self }
    }

    /// Changes the provider, which knows the application already.
    pub(crate) fn idp(
        self,
        change: impl Fn(oidc_devidp::Builder) -> oidc_devidp::Builder + Send + Sync + 'static,
    ) -> Self {
        let before = self.idp;
        let idp = Box::new(move |idp| change(before(idp)));
        Self { idp, ..self }
    }

    pub(crate) fn client(
        self,
        change: impl Fn(OidcBuilder) -> OidcBuilder + Send + Sync + 'static,
    ) -> Self {
        let client = Box::new(change);
        Self { client, ..self }
    }

    pub(crate) fn sessions(
        self,
        change: impl Fn(Sessions) -> Sessions + Send + Sync + 'static,
    ) -> Self {
        let sessions = Box::new(change);
        Self { sessions, ..self }
    }

    /// Runs a test on both frameworks, for each place.
    pub(crate) async fn run(self, test: impl AsyncFn(&Site)) {
        self.start().await.run(test).await;
    }

    /// Starts the provider.
    pub(crate) async fn start(self) -> Arc<World> {
        let shop = Client::new(CLIENT)
            .redirect_uri(format!("{HTTPS}/auth/v2/callback"))
            .redirect_uri(format!("{HTTPS}/shop/auth/v2/callback"))
            .redirect_uri(format!("{HTTP}/auth/v2/callback"))
            .post_logout_redirect_uri(format!("{HTTPS}/"))
            .post_logout_redirect_uri(format!("{HTTPS}/bye"));
        let idp = DevIdp::builder().algorithm(Algorithm::Es256);
        let idp = idp.configure(|config| config.clients = vec![shop]);
        let bench = Bench::with((self.idp)(idp)).await;
        // Making one takes long, for it reads the certificates of this machine.
        let http = reqwest::Client::builder()
            .no_proxy()
            // actix-web closes idle connections after 5 s.
            .pool_idle_timeout(Duration::from_secs(2))
            .redirect(redirect::Policy::none());
        Arc::new(World {
            setup: self,
            bench,
            http: http.build().expect("the client's settings are sound"),
            directory: TempDir::new().expect("there is room for files"),
            files: AtomicUsize::new(0),
        })
    }
}

/// The provider, the clock, and what instances have in common.
pub(crate) struct World {
    setup: Setup,
    pub(crate) bench: Bench,
    pub(crate) http: reqwest::Client,
    directory: TempDir,
    files: AtomicUsize,
}

impl World {
    /// The same as [`Setup::run`].
    pub(crate) async fn run(self: &Arc<Self>, test: impl AsyncFn(&Site)) {
        for place in self.setup.places {
            for framework in [Framework::Axum, Framework::Actix] {
                let named = NameOnPanic(framework, *place);
                self.bench.idp.reset_hits();
                test(&self.site(framework, *place)).await;
                drop(named);
                self.bench.idp.heal();
                self.bench.idp.untamper();
            }
        }
    }

    pub(crate) fn site(self: &Arc<Self>, framework: Framework, place: Place) -> Site {
        let instance = Instance {
            world: Arc::clone(self),
            framework,
            place,
            client_id: CLIENT.to_owned(),
            memory: TestStore::new(MemoryStore::new()),
            file: self.file(),
        };
        instance.start(|sessions| sessions.key(KEY))
    }

    pub(crate) fn public(&self) -> &'static str {
        self.setup.public
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.bench.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn token_calls(&self) -> usize {
        self.bench.idp.hits(Endpoint::Token)
    }

    pub(crate) async fn until_token_calls(&self, calls: usize) {
        until(async || self.token_calls() >= calls).await;
        assert_eq!(self.token_calls(), calls);
    }

    /// Waits for a revocation, which happens in the background.
    pub(crate) async fn until_revoked(&self) {
        until(async || self.bench.idp.hits(Endpoint::Revocation) > 0).await;
    }

    /// What the ID token of a refresh contains, for alice.
    pub(crate) fn refreshed_id_token(&self) -> TokenBuilder {
        let token = self.bench.idp.id_token();
        token.without("nonce").without("at_hash")
    }

    /// A file for a database.
    pub(crate) fn file(&self) -> PathBuf {
        let number = self.files.fetch_add(1, Ordering::SeqCst);
        self.directory.path().join(format!("sessions{number}.db"))
    }
}

/// One instance of the application.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) oidc: Oidc,
    pub(crate) place: Place,
    /// If sessions are in one.
    pub(crate) store: Option<TestStore>,
    instance: Instance,
}

impl Deref for Site {
    type Target = World;

    fn deref(&self) -> &World {
        &self.instance.world
    }
}

/// What an instance is made of.
#[derive(Clone)]
struct Instance {
    world: Arc<World>,
    framework: Framework,
    place: Place,
    client_id: String,
    memory: TestStore,
    file: PathBuf,
}

impl Instance {
    fn start(self, keys: fn(Sessions) -> Sessions) -> Site {
        let setup = &self.world.setup;
        let sessions = keys((setup.sessions)(Sessions::new(SIGN_IN)));
        let store = self.store();
        let sessions = match &store {
            Some(store) => sessions.store(store.clone()),
            None => sessions,
        };
        let builder = self.world.bench.steady_builder().client_id(&self.client_id);
        let builder = builder.public_url(setup.public).sessions(sessions);
        let builder = builder.timeout(Duration::from_secs(30));
        let oidc = (setup.client)(builder).build();
        let oidc = oidc.expect("the configuration is sound");
        Site {
            server: Server::on(self.framework, setup.app, oidc.clone()),
            oidc,
            place: self.place,
            store,
            instance: self,
        }
    }

    /// Processes share a file, each with connections of its own.
    fn store(&self) -> Option<TestStore> {
        match self.place {
            Place::Cookie => None,
            Place::Memory => Some(self.memory.clone()),
            Place::Sqlite => {
                let store = SqliteStore::open(&self.file);
                Some(TestStore::new(store.expect("the file can be created")))
            }
        }
    }
}

impl Site {
    /// Another instance, with the same keys and the same store.
    pub(crate) fn another(&self) -> Self {
        self.another_with(|sessions| sessions.key(KEY))
    }

    /// The same with other keys, or further settings.
    pub(crate) fn another_with(&self, keys: fn(Sessions) -> Sessions) -> Self {
        self.instance.clone().start(keys)
    }

    /// Another application, with the same keys and the same store.
    pub(crate) fn another_client(&self, id: &str) -> Self {
        let mut instance = self.instance.clone();
        id.clone_into(&mut instance.client_id);
        instance.start(|sessions| sessions.key(KEY))
    }

    pub(crate) fn store(&self) -> &TestStore {
        self.store.as_ref().expect("the sessions are in a store")
    }

    /// The file that the sessions are in.
    pub(crate) fn database(&self) -> &PathBuf {
        assert_eq!(self.place, Place::Sqlite);
        &self.instance.file
    }

    /// A connection to it beside those of the application.
    pub(crate) fn connection(&self) -> Connection {
        let connection = Connection::open(self.database()).expect("the file is a database");
        let patience = connection.busy_timeout(Duration::from_secs(10));
        patience.expect("a time");
        connection
    }

    /// A browser without cookies.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.instance.world, self.server.address)
    }

    /// A browser in which this user has signed in.
    pub(crate) async fn signed_in(&self, user: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(user).await;
        self.bench.idp.reset_hits();
        browser
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
