//! Servers under measurement, and what is compared of them.

use std::env;
use std::fmt;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::load;

const CONNECTIONS: usize = 32;

/// The peers with sessions, which `http_sessions` measures; `http` measures the others.
pub const SESSION_PEERS: [&str; 4] = [
    "oidc-guard-session-axum",
    "oidc-guard-session-actix",
    "axum-login",
    "actix-session",
];

/// A server of `peers/` on the processor core 0, in a process of its own that ends with this value.
pub struct Peer {
    name: String,
    process: Child,
    pub address: SocketAddr,
}

impl Peer {
    /// `None` if it has not been built. It is told in `BENCH_LISTEN` where to listen.
    pub fn start(name: &str, variables: &[(&str, String)]) -> Option<Self> {
        let program = env::current_exe()
            .expect("a path")
            .with_file_name(format!("peer-{name}"));
        if !program.exists() {
            println!("{name} has not been built.");
            return None;
        }
        let address = free_address();
        let process = Command::new(program)
            .env("BENCH_LISTEN", address.to_string())
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .spawn()
            .expect("the program starts");
        let peer = Self {
            name: name.into(),
            process,
            address,
        };
        peer.wait();
        pin(peer.process.id(), 0);
        Some(peer)
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(self.address).is_err() {
            assert!(Instant::now() < until, "{} does not listen", self.name);
            sleep(Duration::from_millis(20));
        }
    }

    /// Requests per second, and nanoseconds of processor time per request.
    async fn run(&self, run: &Run, time: Duration) -> (f64, f64) {
        let (started, busy) = (Instant::now(), self.busy_nanoseconds());
        let answered = load::run(self.address, &run.requests, run.status, CONNECTIONS, time)
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
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What is sent in one measurement, and the status of the answers.
#[derive(Clone)]
pub struct Run {
    requests: Arc<[Vec<u8>]>,
    status: &'static str,
}

impl Run {
    pub fn new(requests: impl IntoIterator<Item = Vec<u8>>, status: &'static str) -> Self {
        Self {
            requests: requests.into_iter().collect(),
            status,
        }
    }
}

/// Two runs of one server, in every round one after the other.
pub struct Comparison {
    runs: [Run; 2],
    /// Requests per second.
    rates: [Vec<f64>; 2],
    /// Of requests per second, and of processor time per request.
    ratios: Vec<[f64; 2]>,
}

impl Comparison {
    /// Of a run with the one that it is measured by.
    pub fn new(measure: Run, run: Run) -> Self {
        Self {
            runs: [measure, run],
            rates: Default::default(),
            ratios: Vec::new(),
        }
    }

    pub async fn measure(&mut self, peer: &Peer, time: Duration) {
        let [measure, run] = &self.runs;
        let (measure_rate, measure_cost) = peer.run(measure, time).await;
        let (rate, cost) = peer.run(run, time).await;
        self.rates[0].push(measure_rate);
        self.rates[1].push(rate);
        self.ratios.push([rate / measure_rate, measure_cost / cost]);
    }

    /// Requests per second of the run, in the middle of all rounds.
    pub fn rate(&self) -> f64 {
        let [_, rate, _] = quartiles(self.rates[1].iter().copied());
        rate
    }
}

/// What the runs of several comparisons were measured by, in requests per second.
pub fn measure_rate(comparisons: &[Comparison]) -> f64 {
    let rates = comparisons.iter().flat_map(|it| &it.rates[0]).copied();
    let [_, rate, _] = quartiles(rates);
    rate
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, by_rate, high] = quartiles(self.ratios.iter().map(|[rate, _]| *rate));
        let [_, by_cost, _] = quartiles(self.ratios.iter().map(|[_, cost]| *cost));
        write!(f, "{by_rate:.2} [{low:.2}, {high:.2}] ({by_cost:.2})")
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

/// Gives a process, and what it starts from now on, one processor core.
pub fn pin(process: u32, core: usize) {
    let status = Command::new("taskset")
        .args([
            "--all-tasks",
            "--pid",
            "--cpu-list",
            &core.to_string(),
            &process.to_string(),
        ])
        .stdout(Stdio::null())
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "taskset (util-linux) works"
    );
}
