//! What the guard alone costs for tokens it knows, by how many it knows; for nobody; and how it
//! keeps what it knows while forged tokens come in.
//!
//! The argument says how many tokens to go up to: 1,000,000 unless told, which take some minutes
//! and 4 GB.

use std::thread;
use std::time::{Duration, Instant};

use axum::http::request::Parts;
use oidc::{Oidc, Policy};
use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::gate::{Anyone, Reader, admits, request};
use oidc_guard_bench::{Contender, forged, interleaved, short_token, token, warm};

const ROUNDS: usize = 41;

#[tokio::main]
async fn main() {
    let most = std::env::args().nth(1);
    let most = most.map_or(1_000_000, |most| most.parse().expect("a number of tokens"));
    let idp = TestIdp::start().await;
    by_number(&idp, most).await;
    threads(&idp).await;
    nobody(&idp).await;
    among_forged(&idp).await;
}

async fn by_number(idp: &TestIdp, most: usize) {
    println!("Nanoseconds of the guard alone, per request.\n");
    println!("| tokens    | bytes | required |  A/A | scope and group |");
    println!("|----------:|------:|---------:|-----:|----------------:|");
    let long = |number| token(idp, number, Algorithm::Es256);
    let short = |number| short_token(idp, number);
    for count in [1, 1_000, 20_000] {
        hits(idp, 256 << 20, count, long).await;
    }
    for count in [20_000, 100_000, 1_000_000] {
        if count <= most {
            hits(idp, 4 << 30, count, short).await;
        }
    }
}

async fn hits(idp: &TestIdp, cache_bytes: u64, count: usize, mint: impl Fn(usize) -> String) {
    // First the tokens: the provider makes a key when it is first needed.
    let mut requests: Vec<Parts> = (0..count).map(|n| request(Some(&mint(n)))).collect();
    let oidc = &warm(idp, cache_bytes).await;
    let bytes = requests[0].headers["authorization"].len() - "Bearer ".len();
    for request in &mut requests {
        assert!(admits::<Reader>(oidc, request));
    }
    let mut again = requests.clone();
    let mut ruled = requests.clone();
    let contenders = [
        hitting::<Anyone>(oidc, &mut requests),
        hitting::<Anyone>(oidc, &mut again),
        hitting::<Reader>(oidc, &mut ruled),
    ];
    let rounds = if count > 20_000 { 9 } else { ROUNDS };
    let [required, control, rules] = interleaved(contenders, rounds, count.max(20_000));
    println!(
        "| {count:>9} | {bytes:>5} | {required:>8.0} | {:>+4.0} | {rules:>15.0} |",
        control - required
    );
}

fn hitting<'c, P: Policy>(oidc: &'c Oidc, requests: &'c mut [Parts]) -> Contender<'c> {
    let mut index = 0;
    Contender::new(move |operations| {
        for _ in 0..operations {
            assert!(admits::<P>(oidc, &mut requests[index]));
            index = if index + 1 == requests.len() {
                0
            } else {
                index + 1
            };
        }
    })
}

async fn threads(idp: &TestIdp) {
    const HITS: usize = 500_000;
    let requests: Vec<Parts> = (0..1_000)
        .map(|n| request(Some(&token(idp, n, Algorithm::Es256))))
        .collect();
    let oidc = warm(idp, 256 << 20).await;
    // Each begins elsewhere: users seldom send the same token at the same moment.
    let run = |first| {
        let mut requests = requests.clone();
        requests.rotate_left(first);
        let [time] = interleaved([hitting::<Anyone>(&oidc, &mut requests)], 5, HITS);
        time
    };
    let alone = run(0);
    let both = thread::scope(|scope| {
        let other = scope.spawn(|| run(500));
        run(0).max(other.join().expect("no panic"))
    });
    println!("\n1,000 tokens, per hit: one thread {alone:.0} ns, two threads {both:.0} ns each.");
}

async fn nobody(idp: &TestIdp) {
    let oidc = warm(idp, 256 << 20).await;
    let mut anonymous = request(None);
    let contender = Contender::new(|operations| {
        for _ in 0..operations {
            assert!(!admits::<Anyone>(&oidc, &mut anonymous));
        }
    });
    let [refused] = interleaved([contender], ROUNDS, 20_000);
    println!("\nNobody, refused: {refused:.0} ns.");
}

/// As many forged tokens as valid ones, each new: how many valid ones had to be verified again?
async fn among_forged(idp: &TestIdp) {
    const VALID: usize = 5_000;
    let mint = |number| token(idp, number, Algorithm::Rs256);
    let tokens: Vec<String> = (0..VALID).map(mint).collect();
    // Room for the valid ones and not much more.
    let oidc = warm(
        idp,
        tokens.iter().map(|token| token.len() as u64 + 1024).sum(),
    )
    .await;
    let mut valid: Vec<Parts> = tokens.iter().map(|token| request(Some(token))).collect();
    for request in &mut valid {
        assert!(admits::<Anyone>(&oidc, request));
    }
    // A hit takes one microsecond, a verification more than ten.
    let is_hit = |request: &mut Parts| {
        let started = Instant::now();
        assert!(admits::<Anyone>(&oidc, request));
        started.elapsed() < Duration::from_micros(8)
    };
    let before = valid
        .iter_mut()
        .map(|request| usize::from(is_hit(request)))
        .sum::<usize>();
    let mut among = 0;
    for (token, known) in tokens.iter().zip(&mut valid) {
        let mut forged = request(Some(&forged(token)));
        assert!(!admits::<Anyone>(&oidc, &mut forged));
        among += usize::from(is_hit(known));
    }
    println!("\nHits of {VALID} valid tokens: {before}; among as many forged ones: {among}.");
}
