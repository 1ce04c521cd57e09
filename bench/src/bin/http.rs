//! Guarded routes against bare ones over HTTP, for oidc-guard and for others.
//!
//! Every server under `peers/` that has been built (`cargo build --release --workspace`) gets the
//! processor core 0, this program gets core 1. What is compared is always two routes of one
//! server, in the same round, and the medians of those ratios are shown, with their quartiles.
//!
//! Arguments: rounds (20), milliseconds per measurement (500: long enough for every token), what
//! the names of the servers begin with (nothing: all).

use std::env;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::{load, token};
use serde_json::json;

const CONNECTIONS: usize = 32;
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
        .filter_map(|name| Server::start(name, &idp))
        .collect();
    for round in 1..=rounds {
        for server in &mut servers {
            server.measure(&runs, time).await;
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

/// What is sent in one measurement, and the status of the answers.
struct Run {
    requests: &'static [Vec<u8>],
    status: &'static str,
}

/// Pairs of what a bare route and a guarded one get; the first pair is the control.
type Runs = [[Run; 2]; 4];

fn runs(idp: &TestIdp) -> Runs {
    let tokens: Vec<_> = (0..MANY)
        .map(|number| Some(token(idp, number, Algorithm::Rs256)))
        .collect();
    let run = |path, status, tokens: &[Option<String>]| {
        let requests: Vec<_> = tokens
            .iter()
            .map(|token| load::request(path, token.as_deref()))
            .collect();
        Run {
            requests: requests.leak(),
            status,
        }
    };
    let (bare, guarded) = ("/bare", "/guarded");
    [
        [
            run(bare, "200", &tokens[..1]),
            run(bare, "200", &tokens[..1]),
        ],
        [
            run(bare, "200", &tokens[..1]),
            run(guarded, "200", &tokens[..1]),
        ],
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
        .collect();
    // Ours first.
    names.sort_by_key(|name| (!name.starts_with("oidc-guard"), name.clone()));
    names
}

struct Server {
    name: String,
    process: Child,
    address: SocketAddr,
    bare_rates: Vec<f64>,
    /// By pair: ratios of requests per second, and of processor time per request.
    ratios: [Vec<[f64; 2]>; 4],
}

impl Server {
    fn start(name: &str, idp: &TestIdp) -> Option<Self> {
        let program = env::current_exe()
            .expect("a path")
            .with_file_name(format!("peer-{name}"));
        if !program.exists() {
            println!("{name} has not been built.");
            return None;
        }
        let address = free_address();
        let jwks = format!("{}/jwks", idp.issuer());
        let process = Command::new(program)
            .env("BENCH_LISTEN", address.to_string())
            .env("BENCH_ISSUER", idp.issuer())
            .env("BENCH_DISCOVERY", idp.discovery_url())
            .env("BENCH_JWKS", jwks)
            .env("BENCH_AUDIENCE", idp.client_id())
            .spawn()
            .expect("the program starts");
        let server = Self {
            name: name.into(),
            process,
            address,
            bare_rates: Vec::new(),
            ratios: Default::default(),
        };
        server.wait();
        pin(server.process.id(), 0);
        Some(server)
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(self.address).is_err() {
            assert!(Instant::now() < until, "{} does not listen", self.name);
            sleep(Duration::from_millis(20));
        }
    }

    async fn measure(&mut self, runs: &Runs, time: Duration) {
        for (index, [bare, other]) in runs.iter().enumerate() {
            let (bare_rate, bare_cost) = self.run(bare, time).await;
            let (rate, cost) = self.run(other, time).await;
            self.bare_rates.push(bare_rate);
            self.ratios[index].push([rate / bare_rate, bare_cost / cost]);
        }
    }

    /// Requests per second, and nanoseconds of processor time per request.
    async fn run(&self, run: &Run, time: Duration) -> (f64, f64) {
        let (started, busy) = (Instant::now(), self.busy_nanoseconds());
        let answered = load::run(self.address, run.requests, run.status, CONNECTIONS, time)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let busy = self.busy_nanoseconds() - busy;
        let answered = answered as f64;
        (answered / started.elapsed().as_secs_f64(), busy / answered)
    }

    fn busy_nanoseconds(&self) -> f64 {
        let tasks = format!("/proc/{}/task", self.process.id());
        let busy = |task: fs::DirEntry| -> Option<f64> {
            let statistics = fs::read_to_string(task.path().join("schedstat")).ok()?;
            statistics.split(' ').next()?.parse().ok()
        };
        let tasks = fs::read_dir(tasks).expect("the server runs");
        tasks.flatten().filter_map(busy).sum()
    }

    fn report(&self) {
        let [_, rate, _] = quartiles(self.bare_rates.iter().copied());
        print!("| {} | {rate:.0} |", self.name);
        for ratios in &self.ratios {
            let [low, by_rate, high] = quartiles(ratios.iter().map(|[rate, _]| *rate));
            let [_, by_cost, _] = quartiles(ratios.iter().map(|[_, cost]| *cost));
            print!(" {by_rate:.2} [{low:.2}, {high:.2}] ({by_cost:.2}) |");
        }
        println!();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The lower quartile, the median and the upper quartile.
fn quartiles(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

fn pin(process: u32, core: usize) {
    let status = Command::new("taskset")
        .args([
            "--all-tasks",
            "--pid",
            "--cpu-list",
            &core.to_string(),
            &process.to_string(),
        ])
        .stdout(std::process::Stdio::null())
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "taskset (util-linux) works"
    );
}
