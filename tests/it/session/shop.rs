//! Applications with sessions, as a test configures them.

use std::time::Duration;

use oidc::stores::{MemoryStore, SqliteStore};
use oidc::{Oidc, OidcBuilder, Sessions};
use oidc_devidp::{Algorithm, Client, DevIdp};
use reqwest::redirect;
use tempfile::TempDir;

use super::app::{APP, SIGN_IN};
use super::browser::Browser;
use crate::support::bench::Bench;
use crate::support::servers::{App, Framework, Server, for_both};

pub(super) const HTTPS: &str = "https://shop.example.org";
pub(super) const HTTP: &str = "http://127.0.0.1:8000";
pub(super) const KEY: &str = "a key of the sessions, of forty characters";
pub(super) const CLIENT: &str = "shop";

/// Where sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Cookie,
    Memory,
    Sqlite,
}

impl Place {
    const ALL: [Self; 3] = [Self::Cookie, Self::Memory, Self::Sqlite];
}

/// What a test changes about the provider and the application.
pub(super) struct Setup {
    app: App,
    public: &'static str,
    places: &'static [Place],
    idp: fn(oidc_devidp::Builder) -> oidc_devidp::Builder,
    client: fn(OidcBuilder) -> OidcBuilder,
    sessions: fn(Sessions) -> Sessions,
}

pub(super) fn setup() -> Setup {
    Setup {
        app: APP,
        public: HTTPS,
        places: &Place::ALL,
        idp: |idp| idp,
        client: |client| client,
        sessions: |sessions| sessions,
    }
}

impl Setup {
    pub(super) fn app(self, app: App) -> Self {
        Self { app, ..self }
    }

    /// The address at which browsers see the application.
    pub(super) fn public(self, public: &'static str) -> Self {
        Self { public, ..self }
    }

    pub(super) fn places(self, places: &'static [Place]) -> Self {
        Self { places, ..self }
    }

    pub(super) fn idp(self, idp: fn(oidc_devidp::Builder) -> oidc_devidp::Builder) -> Self {
        Self { idp, ..self }
    }

    pub(super) fn client(self, client: fn(OidcBuilder) -> OidcBuilder) -> Self {
        Self { client, ..self }
    }

    pub(super) fn sessions(self, sessions: fn(Sessions) -> Sessions) -> Self {
        Self { sessions, ..self }
    }

    async fn bench(&self) -> Bench {
        let shop = Client::new(CLIENT)
            .redirect_uri(format!("{HTTPS}/auth/v2/callback"))
            .redirect_uri(format!("{HTTPS}/shop/auth/v2/callback"))
            .redirect_uri(format!("{HTTP}/auth/v2/callback"));
        let idp = DevIdp::builder().algorithm(Algorithm::Es256);
        let idp = idp.configure(|config| config.clients = vec![shop]);
        Bench::with((self.idp)(idp)).await
    }

    /// The settings for a place; its file, if it has one, is in the directory.
    fn oidc(
        &self,
        bench: &Bench,
        place: Place,
        directory: &TempDir,
        change: fn(Sessions) -> Sessions,
    ) -> Oidc {
        let sessions = change((self.sessions)(Sessions::new(SIGN_IN)));
        let sessions = match place {
            Place::Cookie => sessions,
            Place::Memory => sessions.store(MemoryStore::new()),
            Place::Sqlite => {
                let file = directory.path().join("sessions.db");
                sessions.store(SqliteStore::open(file).expect("the file can be created"))
            }
        };
        let builder = bench.steady_builder().public_url(self.public);
        let builder = (self.client)(builder.sessions(sessions));
        builder.build().expect("the configuration is sound")
    }

    /// Runs a test on both frameworks, for each place. The sessions have a key unless the test gives
    /// others.
    pub(super) async fn run(self, test: impl AsyncFn(&Shop<'_>)) {
        let bench = self.bench().await;
        // Making one takes long, for it reads the certificates of this machine.
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .expect("the client's settings are sound");
        for place in self.places {
            let directory = TempDir::new().expect("there is room for a file");
            // Shown if the test fails.
            println!("sessions in {place:?}");
            let oidc = || self.oidc(&bench, *place, &directory, |sessions| sessions.key(KEY));
            for_both(self.app, oidc, async |server| {
                let shop = Shop {
                    server,
                    bench: &bench,
                    client: &client,
                    public: self.public,
                    place: *place,
                    setup: &self,
                    directory: &directory,
                };
                test(&shop).await;
            })
            .await;
        }
    }
}

/// A running application.
pub(super) struct Shop<'s> {
    pub(super) server: &'s Server,
    pub(super) bench: &'s Bench,
    pub(super) public: &'static str,
    pub(super) client: &'s reqwest::Client,
    pub(super) place: Place,
    setup: &'s Setup,
    directory: &'s TempDir,
}

impl Shop<'_> {
    pub(super) fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// The application as another process would be, with other settings of its sessions.
    pub(super) fn another(&self, change: fn(Sessions) -> Sessions) -> Server {
        let Self { setup, .. } = self;
        let oidc = setup.oidc(self.bench, self.place, self.directory, change);
        match self.server.framework {
            Framework::Axum => Server::axum(setup.app, oidc),
            Framework::Actix => Server::actix(setup.app, oidc),
        }
    }

    /// The same with another server.
    pub(super) fn with<'o>(&'o self, server: &'o Server) -> Shop<'o> {
        Shop { server, ..*self }
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.bench.advance(Duration::from_secs(seconds));
    }
}
