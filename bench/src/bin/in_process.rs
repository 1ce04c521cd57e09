//! What the guard adds to an axum route, without sockets: the router is called directly.

use std::hint::black_box;

use oidc::Oidc;
use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::{Contender, app, call, interleaved, token, warm};

const ROUNDS: usize = 41;

#[tokio::main]
async fn main() {
    let idp = TestIdp::start().await;
    let tokens: Vec<String> = (0..20_000)
        .map(|n| token(&idp, n, Algorithm::Es256))
        .collect();
    let oidc = warm(&idp, 256 << 20).await;
    println!("token: {} bytes", tokens[0].len());
    println!(
        "{:>7} {:>10} {:>10} {:>12} {:>12}",
        "tokens", "bare ns", "A/A ns", "required ns", "scopes ns"
    );
    for count in [1, 1_000, 20_000] {
        measure(&oidc, &tokens[..count]);
    }
}

fn measure(oidc: &Oidc, tokens: &[String]) {
    let app = app(oidc);
    let operations = 20_000;
    let contender = |name, path: &'static str| {
        let mut app = app.clone();
        let mut next = 0;
        Contender::new(name, move |operations| {
            for _ in 0..operations {
                let response = call(&mut app, path, &tokens[next]);
                assert_eq!(black_box(response).status(), 200);
                next = (next + 1) % tokens.len();
            }
        })
    };
    let mut contenders = [
        contender("bare", "/bare"),
        contender("control", "/bare"),
        contender("required", "/required"),
        contender("scopes", "/scopes"),
    ];
    let medians = interleaved(&mut contenders, ROUNDS, operations);
    let [bare, control, required, scopes] = [0, 1, 2, 3].map(|index| medians[index].1);
    println!(
        "{:>7} {bare:>10.0} {:>+10.0} {:>+12.0} {:>+12.0}",
        tokens.len(),
        control - bare,
        required - bare,
        scopes - bare
    );
}
