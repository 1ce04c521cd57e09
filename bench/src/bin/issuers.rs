//! What the guard alone costs where several issuers are trusted: for tokens it knows, of one issuer
//! and of ten; for an opaque one; for tokens of an issuer that nobody trusts. And what many tokens
//! that nobody issued leave in memory.

use std::fs;
use std::time::Duration;

use axum::http::request::Parts;
use oidc::{Introspect, Issuer, Oidc, Policy};
use oidc_devidp::{Algorithm, Client, DevIdp, Endpoint, TestIdp};
use oidc_guard_bench::gate::{Anyone, admits, request};
use oidc_guard_bench::{Contender, interleaved, token, warm};

const ROUNDS: usize = 41;
const TOKENS: usize = 10_000;
const OTHERS: usize = 9;
const SECRET: &str = "the secret of the bench";
const CACHE_BYTES: u64 = 256 << 20;

#[tokio::main]
async fn main() {
    let client = Client::new("bench").secret(SECRET);
    let own = DevIdp::builder().configure(|config| config.clients = vec![client]);
    let own = TestIdp::start_with(own).await;
    let mut others = Vec::new();
    for _ in 0..OTHERS {
        others.push(TestIdp::start().await);
    }
    hits(&own, &others).await;
    strangers(&own).await;
    garbage(&own).await;
}

async fn hits(own: &TestIdp, others: &[TestIdp]) {
    let mint = |idp: &TestIdp, number| request(Some(&token(idp, number, Algorithm::Es256)));
    let mut of_one: Vec<Parts> = (0..TOKENS).map(|number| mint(own, number)).collect();
    let issuers: Vec<&TestIdp> = std::iter::once(own).chain(others).collect();
    let by_turns = |number: usize| mint(issuers[number % issuers.len()], number);
    let mut of_ten: Vec<Parts> = (0..TOKENS).map(by_turns).collect();
    let opaque = own.token().opaque().expires_in(24 * 3600).mint();
    let mut opaque = [request(Some(&opaque))];

    let one = warm(own, CACHE_BYTES).await;
    // Another cache with the same tokens: what is in the processor's caches counts.
    let control = warm(own, CACHE_BYTES).await;
    let ten = trusting(own, others).await;
    for request in &mut of_one {
        assert!(admits::<Anyone>(&one, request));
        assert!(admits::<Anyone>(&control, request));
    }
    // The first token of each issuer waits for its keys.
    for (number, issuer) in issuers.iter().enumerate() {
        let first = token(issuer, number, Algorithm::Es256);
        ten.verify_access_token(&first).await.expect("it is valid");
    }
    for request in &mut of_ten {
        assert!(admits::<Anyone>(&ten, request));
    }
    let text = opaque[0].headers["authorization"].to_str().expect("ASCII");
    let text = text.trim_start_matches("Bearer ").to_owned();
    ten.verify_access_token(&text).await.expect("it is active");
    let mut again = of_one.clone();
    let mut jwt = [of_one[0].clone()];
    let contenders = [
        hitting::<Anyone>(&one, &mut of_one),
        hitting::<Anyone>(&control, &mut again),
        hitting::<Anyone>(&ten, &mut of_ten),
        hitting::<Anyone>(&one, &mut jwt),
        hitting::<Anyone>(&ten, &mut opaque),
    ];
    let [one, control, ten, jwt, opaque] = interleaved(contenders, ROUNDS, 2 * TOKENS);
    println!("Nanoseconds of the guard alone, per hit.\n");
    println!(
        "| {TOKENS} tokens of one issuer | A/A | of ten issuers | one JWT | one opaque token |"
    );
    println!("|---:|---:|---:|---:|---:|");
    println!(
        "| {one:.0} | {:+.0} | {ten:.0} | {jwt:.0} | {opaque:.0} |",
        control - one
    );
}

/// A client that lets the users of all these in everywhere, and asks its own provider about opaque
/// tokens.
async fn trusting(own: &TestIdp, others: &[TestIdp]) -> Oidc {
    let mut builder = Oidc::builder()
        .client_id(own.client_id())
        .client_secret(SECRET)
        .discovery_url(own.discovery_url())
        .token_cache_bytes(CACHE_BYTES)
        .introspect(Introspect::Opaque)
        .introspection_cache(Duration::from_secs(24 * 3600));
    for (number, other) in others.iter().enumerate() {
        let issuer = Issuer::at(other.discovery_url())
            .audience(other.client_id())
            .everywhere();
        builder = builder.trust(format!("other{number}"), issuer);
    }
    let oidc = builder.build().expect("the configuration is right");
    oidc.discover().await.expect("the provider runs");
    oidc
}

fn hitting<'c, P: Policy>(oidc: &'c Oidc, requests: &'c mut [Parts]) -> Contender<'c> {
    let mut index = 0;
    Contender::new(move |operations| {
        for _ in 0..operations {
            assert!(admits::<P>(oidc, &mut requests[index]));
            index = (index + 1) % requests.len();
        }
    })
}

async fn strangers(own: &TestIdp) {
    let oidc = warm(own, CACHE_BYTES).await;
    let stranger = TestIdp::start().await;
    let mut unknown = request(Some(&token(&stranger, 0, Algorithm::Rs256)));
    let contender = Contender::new(|operations| {
        for _ in 0..operations {
            assert!(!admits::<Anyone>(&oidc, &mut unknown));
        }
    });
    let [refused] = interleaved([contender], ROUNDS, 2_000);
    println!("\nA token of an issuer that nobody trusts, refused: {refused:.0} ns.");
}

/// Opaque tokens that nobody issued, each another one, and a good one from before.
async fn garbage(own: &TestIdp) {
    const COUNT: usize = 1_000_000;
    let oidc = trusting(own, &[]).await;
    let good = own.token().opaque().expires_in(24 * 3600).mint();
    oidc.verify_access_token(&good).await.expect("it is active");
    let asked = own.hits(Endpoint::Introspection);
    // Those that come first make what stays: connections, and the memory of inactive tokens.
    ask(&oidc, 0..1_000).await;
    let before = resident_kib();
    ask(&oidc, 1_000..COUNT).await;
    let grown = resident_kib().saturating_sub(before);
    let calls = own.hits(Endpoint::Introspection) - asked;
    oidc.verify_access_token(&good).await.expect("it is active");
    let again = own.hits(Endpoint::Introspection) - asked - calls;
    println!(
        "\n{COUNT} tokens that nobody issued: {calls} questions, {grown} KiB more memory (of the"
    );
    println!(
        "provider in the same process as well); asked about the good one again: {again} times."
    );
}

async fn ask(oidc: &Oidc, numbers: std::ops::Range<usize>) {
    let mut tasks = tokio::task::JoinSet::new();
    for chunk in 0..32 {
        let oidc = oidc.clone();
        let numbers = numbers.clone();
        tasks.spawn(async move {
            for number in numbers.filter(|number| number % 32 == chunk) {
                let garbage = format!("garbage-{number:0>64}");
                assert!(oidc.verify_access_token(&garbage).await.is_err());
            }
        });
    }
    tasks.join_all().await;
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let digits = line.expect("a line").split_whitespace().nth(1);
    digits.expect("a number").parse().expect("digits")
}
