//! Routes guarded by a session against bare ones over HTTP, for oidc-guard and for others, by where
//! sessions are stored.
//!
//! As in `http`, the servers have the processor core 0, and two routes of one server are compared in
//! the same round. This program has core 1, with the provider and the databases. Another table has
//! `staleness = 0`, where every request reads the store, against a bare route that makes the same
//! read and nothing else.
//!
//! All users are signed in as browsers do it. Uses are recorded after a tenth of the idle time, which
//! is long enough here for none to fall into a measurement. With many sessions in a store, most
//! requests find that what is known of their session is older than the default staleness.
//!
//! Arguments: rounds (7), milliseconds per measurement (300), sessions (20000), store (all).

mod database;
mod visitors;

use std::env;
use std::rc::Rc;
use std::time::Duration;

use oidc_devidp::{Algorithm, DevIdp, TestIdp, User};
use oidc_guard_bench::load;
use oidc_guard_bench::peer::{Comparison, Peer, Run, SESSION_PEERS, measure_rate, pin};
use serde_json::json;

use database::Database;
use visitors::Visitor;

const STORES: [&str; 5] = ["cookie", "memory", "sqlite", "redis", "postgres"];
const USER: &str = "dora";
/// Seconds that sessions and tokens live.
const LIFETIME: u64 = 8 * 3600;

#[derive(Clone, Copy)]
struct Settings {
    rounds: usize,
    time: Duration,
    sessions: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    pin(std::process::id(), 1);
    let mut arguments = env::args().skip(1);
    let mut number = |default| {
        let text = arguments.next();
        text.map_or(default, |text| text.parse().expect("a number"))
    };
    let settings = Settings {
        rounds: number(7),
        time: Duration::from_millis(number(300) as u64),
        sessions: number(20_000),
    };
    let wanted = arguments.next();
    let rounds = settings.rounds;
    println!("By a session against bare, over {rounds} rounds: requests per second, lower and");
    println!("upper quartile, and processor time.");
    for store in STORES {
        if wanted.as_deref().is_none_or(|wanted| wanted == store) {
            compare(store, settings).await;
        }
    }
}

async fn compare(store: &str, settings: Settings) {
    let idp = provider().await;
    let database = Database::start(store);
    let mut guarded = Vec::new();
    let mut reading = Vec::new();
    let ours = database.address("ours");
    let mut known = None;
    for name in SESSION_PEERS {
        if !has(name, store) {
            continue;
        }
        if !name.starts_with("oidc-guard") {
            let variables = [("BENCH_STORE", database.address(name))];
            let Some(peer) = Peer::start(name, &variables) else {
                continue;
            };
            let visitors = visitors::of_others(peer.address, settings.sessions);
            guarded.push(Server::against_bare(name, peer, &visitors));
            continue;
        }
        let Some(peer) = Peer::start(name, &variables(&idp, &ours, None)) else {
            continue;
        };
        let sign_in = || Rc::new(visitors::of_ours(peer.address, &idp, settings.sessions));
        let visitors = known.take().unwrap_or_else(sign_in);
        guarded.push(Server::against_bare(name, peer, &visitors));
        if database.is_outside() {
            let peer = Peer::start(name, &variables(&idp, &ours, Some(0)));
            reading.extend(peer.map(|peer| Server::against_raw(name, peer, &visitors)));
        }
        known = database.is_shared().then_some(visitors);
    }
    for round in 1..=settings.rounds {
        for server in guarded.iter_mut().chain(&mut reading) {
            server.measure(settings.time).await;
        }
        eprintln!("{store}: round {round} of {}", settings.rounds);
    }
    report(store, "bare", settings, &guarded);
    if !reading.is_empty() {
        report(
            &format!("{store}, staleness 0"),
            "raw read",
            settings,
            &reading,
        );
    }
}

/// Which peers have which stores.
fn has(peer: &str, store: &str) -> bool {
    match peer {
        "axum-login" => store != "cookie",
        "actix-session" => matches!(store, "cookie" | "redis"),
        _ => true,
    }
}

/// A provider with tokens like Keycloak's that last longer than this program, signed fast.
async fn provider() -> TestIdp {
    let roles: Vec<String> = (0..12)
        .map(|role| format!("application-role-{role}"))
        .collect();
    let user = User::new(USER)
        .named("Dora", "Doe")
        .email("dora@example.org")
        .claim("groups", json!(["/staff", "/staff/engineering"]))
        .claim(
            "realm_access",
            json!({ "roles": ["offline_access", "default-roles-main"] }),
        )
        .claim("resource_access", json!({ "my-api": { "roles": roles } }));
    let builder = DevIdp::builder().algorithm(Algorithm::EdDsa).user(user);
    let builder = builder.configure(|config| {
        config.access_token_lifetime = LIFETIME;
        config.id_token_lifetime = LIFETIME;
    });
    TestIdp::start_with(builder).await
}

/// The settings of a server of ours. All have the same, so that a session of one is a session of all.
fn variables(idp: &TestIdp, store: &str, staleness: Option<u64>) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("OIDC_CLIENT_ID", idp.client_id().to_owned()),
        ("OIDC_DISCOVERY_URL", idp.discovery_url()),
        ("OIDC_PUBLIC_URL", "http://127.0.0.1:8000".to_owned()),
        (
            "OIDC_SESSION_KEY",
            "0123456789abcdefghijklmnopqrstuv".to_owned(),
        ),
        ("OIDC_SESSION_STORE", store.to_owned()),
        ("OIDC_SESSION_IDLE", LIFETIME.to_string()),
        ("OIDC_SESSION_LIFETIME", LIFETIME.to_string()),
    ];
    let staleness = staleness.map(|staleness| staleness.to_string());
    variables.extend(staleness.map(|staleness| ("OIDC_SESSION_STALENESS", staleness)));
    variables
}

struct Server {
    name: &'static str,
    peer: Peer,
    /// The control, one session, many sessions.
    comparisons: [Comparison; 3],
}

impl Server {
    fn against_bare(name: &'static str, peer: Peer, visitors: &[Visitor]) -> Self {
        Self::new(name, peer, visitors, |_| "/bare")
    }

    /// Against a route that reads the session from the store.
    fn against_raw(name: &'static str, peer: Peer, visitors: &[Visitor]) -> Self {
        Self::new(name, peer, visitors, |visitor| &visitor.raw)
    }

    fn new(
        name: &'static str,
        peer: Peer,
        visitors: &[Visitor],
        measure: impl Fn(&Visitor) -> &str,
    ) -> Self {
        let request = |path: &str, visitor: &Visitor| {
            load::request(path, Some(("cookie", visitor.cookies.as_str())))
        };
        let measure = |visitors: &[Visitor]| {
            let requests = visitors.iter().map(|it| request(measure(it), it));
            Run::new(requests, "200")
        };
        let guarded = |visitors: &[Visitor]| {
            let requests = visitors.iter().map(|it| request("/guarded", it));
            Run::new(requests, "200")
        };
        let one = &visitors[..1];
        Self {
            name,
            peer,
            comparisons: [
                Comparison::new(measure(one), measure(one)),
                Comparison::new(measure(one), guarded(one)),
                Comparison::new(measure(visitors), guarded(visitors)),
            ],
        }
    }

    async fn measure(&mut self, time: Duration) {
        for comparison in &mut self.comparisons {
            comparison.measure(&self.peer, time).await;
        }
    }
}

fn report(title: &str, measure: &str, settings: Settings, servers: &[Server]) {
    let many = settings.sessions;
    println!(
        "\n| {title} | {measure} req/s | A/A | req/s | one session | req/s | {many} sessions |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for server in servers {
        let [control, one, many] = &server.comparisons;
        println!(
            "| {} | {:.0} | {control} | {:.0} | {one} | {:.0} | {many} |",
            server.name,
            measure_rate(&server.comparisons),
            one.rate(),
            many.rate(),
        );
    }
}
