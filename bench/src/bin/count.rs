//! Makes so many calls to one route, for callgrind: instructions are steadier than time.
//!
//! `valgrind --tool=callgrind --toggle-collect='*measured*' target/release/count required 1000 1`

use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::{app, call, token, warm};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default: &str| arguments.next().unwrap_or_else(|| default.into());
    let path = format!("/{}", next("required"));
    let calls: usize = next("1000").parse().expect("a number of calls");
    let tokens: usize = next("1").parse().expect("a number of tokens");

    let idp = TestIdp::start().await;
    let tokens: Vec<_> = (0..tokens)
        .map(|n| token(&idp, n, Algorithm::Es256))
        .collect();
    let oidc = warm(&idp, 256 << 20).await;
    let mut app = app(&oidc);
    for token in &tokens {
        call(&mut app, &path, token);
    }
    measured(&mut app, &path, &tokens, calls);
}

#[inline(never)]
fn measured(app: &mut axum::Router, path: &str, tokens: &[String], calls: usize) {
    for number in 0..calls {
        call(app, path, &tokens[number % tokens.len()]);
    }
}
