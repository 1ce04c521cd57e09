//! Guarded routes against bare ones over HTTP, for oidc-guard and for others.
//!
//! Every server under `peers/` that has been built (`cargo build --release --workspace`) gets the
//! processor core 0, this program gets core 1. What is compared is always two routes of one
//! server, in the same round, and the medians of those ratios are shown, with their quartiles.
//! `http_sessions` does the same for sessions.
//!
//! Arguments: rounds (20), milliseconds per measurement (500: long enough for every token), what
//! the names of the servers begin with (nothing: all).

use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::peer::{Comparison, Peer, Run, SESSION_PEERS, measure_rate, pin};
use oidc_guard_bench::{load, token};
use serde_json::json;

const MANY: usize = 20_000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    pin(std::process::id(), 1);
    let mut arguments = env::args().skip(1);
    let mut number = |default| {
        let text = arguments.next();
        text.map_or(default, |text| text.parse().expect("a number"))
    };
    let rounds = number(20);
    let time = Duration::from_millis(number(500));
    let wanted = arguments.next().unwrap_or_default();

    let idp = TestIdp::start().await;
    only_rsa_keys(&idp);
    let runs = runs(&idp);
    let mut servers: Vec<_> = names()
        .iter()
        .filter(|name| name.starts_with(&wanted))
        .filter_map(|name| Server::start(name, &idp, &runs))
        .collect();
    for round in 1..=rounds {
        for server in &mut servers {
            server.measure(time).await;
        }
        eprintln!("round {round} of {rounds}");
    }
    println!("Guarded against bare, over {rounds} rounds: requests per second, lower and upper");
    println!("quartile, and processor time.\n");
    println!("| server | bare req/s | A/A | one token | {MANY} tokens | nobody |");
    println!("|--------|-----------:|----:|----------:|------------:|-------:|");
    for server in &servers {
        server.report();
    }
}

/// Some of the peers take no key set with other keys.
fn only_rsa_keys(idp: &TestIdp) {
    let set = idp.jwks();
    let keys = set["keys"].as_array().expect("a key set").iter();
    let keys: Vec<_> = keys.filter(|key| key["kty"] == "RSA").collect();
    idp.publish_jwks(json!({ "keys": keys }));
}

/// Pairs of what a bare route and a guarded one get; the first pair is the control.
fn runs(idp: &TestIdp) -> [[Run; 2]; 4] {
    let tokens: Vec<_> = (0..MANY)
        .map(|number| Some(format!("Bearer {}", token(idp, number, Algorithm::Rs256))))
        .collect();
    let run = |path, status, tokens: &[Option<String>]| {
        let field = |token: &Option<String>| {
            let field = token.as_deref().map(|token| ("authorization", token));
            load::request(path, field)
        };
        Run::new(tokens.iter().map(field), status)
    };
    let (bare, guarded) = ("/bare", "/guarded");
    let one = run(bare, "200", &tokens[..1]);
    [
        [one.clone(), one.clone()],
        [one, run(guarded, "200", &tokens[..1])],
        [run(bare, "200", &tokens), run(guarded, "200", &tokens)],
        [run(bare, "200", &[None]), run(guarded, "401", &[None])],
    ]
}

fn names() -> Vec<String> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let mut names: Vec<_> = fs::read_dir(peers)
        .expect("the peers are beside this program's source")
        .map(|entry| {
            entry
                .expect("a directory")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .filter(|name| !SESSION_PEERS.contains(&name.as_str()))
        .collect();
    // Ours first.
    names.sort_by_key(|name| (!name.starts_with("oidc-guard"), name.clone()));
    names
}

struct Server {
    name: String,
    peer: Peer,
    comparisons: [Comparison; 4],
}

impl Server {
    fn start(name: &str, idp: &TestIdp, runs: &[[Run; 2]; 4]) -> Option<Self> {
        let variables = [
            ("BENCH_ISSUER", idp.issuer().to_owned()),
            ("BENCH_DISCOVERY", idp.discovery_url()),
            ("BENCH_JWKS", format!("{}/jwks", idp.issuer())),
            ("BENCH_AUDIENCE", idp.client_id().to_owned()),
        ];
        Some(Self {
            name: name.into(),
            peer: Peer::start(name, &variables)?,
            comparisons: runs
                .clone()
                .map(|[bare, other]| Comparison::new(bare, other)),
        })
    }

    async fn measure(&mut self, time: Duration) {
        for comparison in &mut self.comparisons {
            comparison.measure(&self.peer, time).await;
        }
    }

    fn report(&self) {
        print!("| {} | {:.0} |", self.name, measure_rate(&self.comparisons));
        for comparison in &self.comparisons {
            print!(" {comparison} |");
        }
        println!();
    }
}
