//! An application of the guide, at addresses that a browser gets to see.

use std::fmt;

use actix_web::web::{self, ServiceConfig};
use axum::Router;
use oidc::{Oidc, Routes, Sessions};
use oidc_devidp::{Algorithm, Client, DevIdp};
use serde_json::{Value, json};

use super::chapters::{
    server_rendered_actix, server_rendered_axum, single_page_app_actix, single_page_app_axum,
};
use crate::support::bench::Bench;
use crate::support::browser;
use crate::support::servers::{Framework, Server};

/// The address of the application, that of another application of the same site, and that of
/// somebody else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) own: &'static str,
    pub(super) same_site: &'static str,
    pub(super) cross_site: &'static str,
}

const HTTP: Addresses = Addresses {
    own: "http://127.0.0.1:8000",
    same_site: "http://127.0.0.1:9000",
    cross_site: "http://other.example.net",
};

const HTTPS: Addresses = Addresses {
    own: "https://shop.example.org",
    same_site: "https://blog.example.org",
    cross_site: "https://other.example.net",
};

/// The application with its provider.
pub(super) struct Shop {
    pub(super) addresses: Addresses,
    pub(super) oidc: Oidc,
    server: Server,
    _bench: Bench,
}

/// The program of a chapter, for each framework.
#[derive(Clone, Copy)]
struct Program {
    routes: Routes,
    axum: fn(Oidc) -> Router,
    actix: fn(&mut ServiceConfig),
}

/// Runs a test with the program of the chapter on server-rendered applications.
pub(super) async fn server_rendered(test: impl AsyncFn(&Shop)) {
    let program = Program {
        routes: server_rendered_axum::ROUTES,
        axum: server_rendered_axum::router,
        actix: server_rendered_actix::configure,
    };
    program.run(test).await;
}

/// Runs a test with the program of the chapter on single-page applications.
pub(super) async fn single_page(test: impl AsyncFn(&Shop)) {
    let program = Program {
        routes: single_page_app_axum::ROUTES,
        axum: single_page_app_axum::router,
        actix: single_page_app_actix::configure,
    };
    program.run(test).await;
}

impl Program {
    /// On both frameworks, over http on loopback and over https.
    async fn run(self, test: impl AsyncFn(&Shop)) {
        for framework in [Framework::Axum, Framework::Actix] {
            for addresses in [HTTP, HTTPS] {
                test(&Shop::start(self, framework, addresses).await).await;
            }
        }
    }

    fn serve(self, framework: Framework, oidc: Oidc) -> Server {
        match framework {
            Framework::Axum => Server::axum_of(move || (self.axum)(oidc)),
            Framework::Actix => Server::actix_of(move |config| {
                config.app_data(oidc.clone());
                let layered = web::scope("").wrap(oidc.sessions());
                config.service(layered.configure(self.actix));
            }),
        }
    }
}

impl Shop {
    async fn start(program: Program, framework: Framework, addresses: Addresses) -> Self {
        let Addresses { own, .. } = addresses;
        let client = ["", "/api"].map(|prefix| format!("{own}{prefix}/auth/v2/callback"));
        let client = client
            .into_iter()
            .fold(Client::new("shop"), Client::redirect_uri)
            .post_logout_redirect_uri(format!("{own}/"));
        let idp = DevIdp::builder().algorithm(Algorithm::Es256);
        let bench = Bench::with(idp.configure(|config| config.clients = vec![client])).await;
        let oidc = bench
            .builder()
            .scopes("profile email orders:read orders:write")
            .public_url(own)
            .sessions(Sessions::new(program.routes))
            .build()
            .expect("the configuration is sound");
        Self {
            addresses,
            server: program.serve(framework, oidc.clone()),
            oidc,
            _bench: bench,
        }
    }

    pub(super) fn is_https(&self) -> bool {
        self.addresses.own.starts_with("https:")
    }

    /// What alice's browser shows after each step; `visit.mjs` knows the steps.
    pub(super) async fn visit(&self, steps: &[&str]) -> Vec<Seen> {
        let Addresses {
            own,
            same_site,
            cross_site,
        } = self.addresses;
        let settings = json!({
            "origin": own,
            "port": self.server.address.port(),
            "others": [same_site, cross_site],
            "user": "alice",
            "steps": steps,
        });
        let seen = browser::run("visit.mjs", &settings).await;
        let seen = seen.as_array().expect("an array of observations");
        seen.iter().cloned().map(Seen).collect()
    }
}

impl fmt::Display for Shop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.server.framework, self.addresses.own)
    }
}

/// What there is after a step.
#[derive(Debug)]
pub(super) struct Seen(pub(super) Value);

impl Seen {
    /// The pages that the application was asked for during the step, with its responses.
    #[track_caller]
    pub(super) fn assert_trail(&self, expected: &[&str]) {
        assert_eq!(self.0["trail"], json!(expected), "{self:#?}");
    }

    #[track_caller]
    pub(super) fn assert_shows(&self, text: &str) {
        assert!(self.text().contains(text), "no {text:?}: {self:#?}");
    }

    pub(super) fn text(&self) -> &str {
        self.0["text"].as_str().expect("a text")
    }

    pub(super) fn address(&self) -> &str {
        self.0["address"].as_str().expect("an address")
    }

    /// What a script returned.
    pub(super) fn result(&self) -> &Value {
        &self.0["result"]
    }

    /// The application's cookies in the browser.
    pub(super) fn cookies(&self) -> &[Value] {
        self.0["cookies"].as_array().expect("cookies")
    }
}
