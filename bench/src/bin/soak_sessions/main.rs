//! Uses many sessions of the session app from several browsers each, while access tokens live for
//! seconds and the provider fails now and then: nobody may be signed out, and the memory of the
//! server has to stay flat.
//!
//! `cargo run --release --bin soak_sessions -- ../target/release/examples/session_axum 60`, after
//! `cargo build --release --example session_axum --features sqlite` above. A third argument is the
//! store, if not a new file of SQLite.

mod faults;
mod visitor;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use oidc_devidp::{Algorithm, DevIdp, Endpoint, RefreshTokens, TestIdp};
use oidc_guard_bench::soak::{self, Outcome, Random, Server};

use visitor::Visitor;

const SESSIONS: usize = 200;
/// Browsers with the same session.
const CLIENTS: usize = 5;
/// Seconds that an access token lives.
const TOKEN_LIFETIME: u64 = 5;
/// A thread for each browser needs little.
const STACK: usize = 256 * 1024;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(program), seconds) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: soak_sessions PROGRAM [SECONDS [STORE]]");
        return ExitCode::from(2);
    };
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(60);
    match run(&program, Duration::from_secs(seconds), arguments.next()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("FAILED: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(program: &str, length: Duration, store: Option<String>) -> Result<(), String> {
    let idp = provider()?;
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = || format!("sqlite:{}/sessions.db", directory.path().display());
    let variables = [
        ("OIDC_SESSION_STORE", &*store.unwrap_or_else(file)),
        ("OIDC_SESSION_KEY", "0123456789abcdefghijklmnopqrstuv"),
        ("OIDC_PUBLIC_URL", "http://127.0.0.1:8000"),
    ];
    let server = Server::start(program, &idp, &variables);
    let server = server.map_err(|error| format!("{program}: {error}"))?;
    let visitors = sign_in(&server, &idp)?;
    idp.reset_hits();
    let over = AtomicBool::new(false);
    let (outcomes, failed, memory) = thread::scope(|scope| {
        let over = &over;
        let failed = scope.spawn(|| faults::inject(&idp, over));
        let mut threads = Vec::new();
        for (seed, visitor) in (1..).zip(visitors) {
            let visit = move || visitor.visit_often(Random(seed), over);
            let thread = thread::Builder::new().stack_size(STACK);
            threads.push(thread.spawn_scoped(scope, visit).expect("a thread"));
        }
        let memory = server.watch(length, over);
        over.store(true, Ordering::SeqCst);
        let join = |thread: thread::ScopedJoinHandle<'_, Outcome>| {
            thread.join().unwrap_or_else(|_| Err("a panic".into()))
        };
        let outcomes: Vec<_> = threads.into_iter().map(join).collect();
        (outcomes, failed.join().unwrap_or_default(), memory)
    });
    let refreshes = idp.hits(Endpoint::Token);
    println!(
        "{SESSIONS} sessions, {CLIENTS} browsers each, {} s",
        length.as_secs()
    );
    println!("{refreshes:>9} token requests, of which {failed} failed");
    for (name, count) in soak::sum(outcomes)? {
        println!("{count:>9} {name}");
    }
    memory?.judge()
}

/// It replaces refresh tokens strictly, and revokes everything if one comes twice.
fn provider() -> Result<TestIdp, String> {
    let builder = DevIdp::builder().algorithm(Algorithm::EdDsa);
    let builder = builder.port(0).configure(|config| {
        config.access_token_lifetime = TOKEN_LIFETIME;
        for client in &mut config.clients {
            client.refresh_tokens = Some(RefreshTokens::Always);
        }
    });
    let idp = builder.start().map_err(|error| error.to_string())?;
    Ok(idp.into())
}

/// A browser for each client of each session.
fn sign_in(server: &Server, idp: &TestIdp) -> Result<Vec<Visitor>, String> {
    let mut visitors = Vec::new();
    for user in ["alice", "bob", "carol"].iter().cycle().take(SESSIONS) {
        let first = Visitor::sign_in(server.address, idp, user)?;
        visitors.extend((1..CLIENTS).map(|_| first.beside(server.address)));
        visitors.push(first);
    }
    Ok(visitors)
}
