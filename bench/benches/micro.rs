//! The parts of a decision by criterion: a first sight, a hit, a policy, a header.

use std::hint::black_box;

use axum::http::request::Parts;
use criterion::{Criterion, criterion_group, criterion_main};
use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::gate::{Anyone, Reader, admits, request};
use oidc_guard_bench::{token, warm};
use tokio::runtime::Runtime;

#[oidc::policy(scopes = "read", claims(groups = "admin"), max_age = "1d")]
struct Recent;

criterion_group!(benches, miss, hit, policy, header);
criterion_main!(benches);

fn miss(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let idp = runtime.block_on(TestIdp::start());
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
        let mut request = request(Some(&token(&idp, 0, algorithm)));
        let oidc = runtime.block_on(warm(&idp, 0));
        let _entered = runtime.enter();
        criterion.bench_function(&format!("miss/{}", algorithm.name()), |bencher| {
            bencher.iter(|| assert!(admits::<Anyone>(&oidc, &mut request)));
        });
    }
}

fn hit(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let idp = runtime.block_on(TestIdp::start());
    let oidc = runtime.block_on(warm(&idp, 256 << 20));
    let _entered = runtime.enter();
    for count in [1, 1_000] {
        let mut requests: Vec<Parts> = (0..count)
            .map(|number| request(Some(&token(&idp, number, Algorithm::Rs256))))
            .collect();
        let mut index = 0;
        criterion.bench_function(&format!("hit/{count}"), |bencher| {
            bencher.iter(|| {
                index = (index + 1) % count;
                assert!(admits::<Anyone>(&oidc, &mut requests[index]));
            });
        });
    }
}

/// Beside a hit: rules that are remembered, and rules that depend on the time and are not.
fn policy(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let idp = runtime.block_on(TestIdp::start());
    let oidc = runtime.block_on(warm(&idp, 256 << 20));
    let _entered = runtime.enter();
    let mut request = request(Some(&token(&idp, 0, Algorithm::Rs256)));
    criterion.bench_function("policy/remembered", |bencher| {
        bencher.iter(|| assert!(admits::<Reader>(&oidc, &mut request)));
    });
    criterion.bench_function("policy/by the time", |bencher| {
        bencher.iter(|| black_box(admits::<Recent>(&oidc, &mut request)));
    });
}

/// Headers that are answered without a look at any key.
fn header(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let idp = runtime.block_on(TestIdp::start());
    let oidc = runtime.block_on(warm(&idp, 256 << 20));
    let _entered = runtime.enter();
    for (name, token) in [
        ("none", None),
        ("not a token", Some("abc.def")),
        ("forbidden characters", Some("abc def")),
    ] {
        let mut request = request(token);
        criterion.bench_function(&format!("header/{name}"), |bencher| {
            bencher.iter(|| assert!(!admits::<Anyone>(&oidc, &mut request)));
        });
    }
}
