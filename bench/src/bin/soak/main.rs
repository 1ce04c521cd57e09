//! Drives a contract app at full speed with good and hostile requests, compares every answer with
//! what it has to be, and watches the memory of the server.
//!
//! `cargo run --release --bin soak -- ../target/release/examples/contract_axum 30`

mod traffic;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use oidc_devidp::TestIdp;
use oidc_guard_bench::connection::Connection;
use oidc_guard_bench::soak::{self, Outcome, Random, Server};

use traffic::{Kind, NATIVE};

const CONNECTIONS: u64 = 8;
/// Between two whole sign-ins.
const PAUSE: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(program), seconds) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: soak PROGRAM [SECONDS]");
        return ExitCode::from(2);
    };
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(30);
    match run(&program, Duration::from_secs(seconds)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("FAILED: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(program: &str, length: Duration) -> Result<(), String> {
    let idp = TestIdp::start_blocking();
    let server =
        Server::start(program, &idp, &[]).map_err(|error| format!("{program}: {error}"))?;
    let kinds = traffic::mixture(&idp);
    let over = AtomicBool::new(false);
    let (outcomes, memory) = thread::scope(|scope| {
        let ask = |seed| drive(&server, &kinds, seed, &over);
        let mut threads: Vec<_> = (1..=CONNECTIONS)
            .map(|seed| scope.spawn(move || ask(seed)))
            .collect();
        threads.push(scope.spawn(|| sign_in_often(&server, &idp, &over)));
        let memory = server.watch(length, &over);
        over.store(true, Ordering::SeqCst);
        let join = |thread: thread::ScopedJoinHandle<'_, Outcome>| {
            thread.join().unwrap_or_else(|_| Err("a panic".into()))
        };
        (threads.into_iter().map(join).collect::<Vec<_>>(), memory)
    });
    report(&soak::sum(outcomes)?, length);
    memory?.judge()
}

/// Sends requests of random kinds until it is over, or an answer is wrong.
fn drive(server: &Server, kinds: &[Kind], seed: u64, over: &AtomicBool) -> Outcome {
    let mut connection = Connection::new(server.address);
    let (mut random, mut counts) = (Random(seed), BTreeMap::new());
    while !over.load(Ordering::Relaxed) {
        let kind = &kinds[random.below(kinds.len())];
        let exchange = &kind.exchanges[random.below(kind.exchanges.len())];
        let answer = connection.ask(&exchange.request);
        let answer = answer.map_err(|error| failed(over, kind.name, &error.to_string()))?;
        if answer.status != exchange.status {
            let found = format!("{} {}", answer.status, answer.body);
            return Err(failed(over, kind.name, &found));
        }
        *counts.entry(kind.name).or_insert(0) += 1;
    }
    Ok(counts)
}

fn failed(over: &AtomicBool, what: &str, how: &str) -> String {
    over.store(true, Ordering::SeqCst);
    format!("{what}: {how}")
}

/// Signs in as a native application does, and uses the token.
fn sign_in_often(server: &Server, idp: &TestIdp, over: &AtomicBool) -> Outcome {
    let mut connection = Connection::new(server.address);
    let mut count = 0;
    while !over.load(Ordering::Relaxed) {
        sign_in(&mut connection, idp).map_err(|how| failed(over, "a sign-in", &how))?;
        count += 1;
        thread::sleep(PAUSE);
    }
    Ok(BTreeMap::from([("whole sign-in", count)]))
}

fn sign_in(connection: &mut Connection, idp: &TestIdp) -> Result<(), String> {
    let mut ask = |request: &[u8], status| match connection.ask(request) {
        Ok(answer) if answer.status == status => Ok(answer),
        Ok(answer) => Err(format!("{} {}", answer.status, answer.body)),
        Err(error) => Err(error.to_string()),
    };
    let login = ask(&traffic::login(), 307)?;
    let landing = idp.sign_in(login.location().ok_or("no location")?, "alice");
    let (_, query) = landing.split_once('?').ok_or("no code")?;
    // The state takes the place of the verifier, as in companion clients.
    let query = query.replace("state=", "code_verifier=");
    let form = format!("{query}&redirect_uri={NATIVE}");
    let answer = ask(&traffic::post("/token", &form), 200)?;
    let token: serde_json::Value =
        serde_json::from_str(&answer.body).map_err(|error| error.to_string())?;
    let token = token["access_token"].as_str().ok_or("no access token")?;
    ask(&traffic::bearer("/protected", token), 200).map(drop)
}

fn report(counts: &BTreeMap<&'static str, u64>, length: Duration) {
    for (name, count) in counts {
        println!("{count:>9} {name}");
    }
    let total: u64 = counts.values().sum();
    println!(
        "{total:>9} in all, {} a second",
        total / length.as_secs().max(1)
    );
}
