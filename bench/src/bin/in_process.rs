//! What the guard adds to a route of axum and of actix-web, without sockets: the application is
//! called directly, and a request is built for each call.

use std::cell::RefCell;
use std::hint::black_box;

use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::{Contender, actix, axum, interleaved, token, warm};

const ROUNDS: usize = 41;
const OPERATIONS: usize = 20_000;

#[tokio::main]
async fn main() {
    let idp = TestIdp::start().await;
    let tokens: Vec<String> = (0..20_000)
        .map(|n| token(&idp, n, Algorithm::Es256))
        .collect();
    let oidc = warm(&idp, 256 << 20).await;
    println!(
        "Nanoseconds per request; tokens of {} bytes.",
        tokens[0].len()
    );
    println!(
        "| {:<9} | {:>6} | {:>6} | {:>4} | {:>9} | {:>8} | {:>10} | {:>9} |",
        "framework", "tokens", "bare", "A/A", "extractor", "required", "with rules", "anonymous"
    );
    println!(
        "|-----------|-------:|-------:|-----:|----------:|---------:|-----------:|----------:|"
    );
    let axum_app = RefCell::new(axum::app(&oidc));
    let actix_apps = actix::apps(&oidc).await;
    for count in [1, 1_000, 20_000] {
        measure("axum", &tokens[..count], |path, token| {
            let response = axum::call(&mut axum_app.borrow_mut(), path, token);
            black_box(response).status().as_u16()
        });
        measure("actix-web", &tokens[..count], |path, token| {
            let response = actix::call(&actix_apps, path, token);
            black_box(response).status().as_u16()
        });
    }
}

fn measure(framework: &str, tokens: &[String], call: impl Fn(&str, Option<&str>) -> u16) {
    let call = &call;
    let with_tokens = |path: &'static str| {
        let mut tokens = tokens.iter().cycle();
        Contender::new(move |operations| {
            for token in tokens.by_ref().take(operations) {
                assert_eq!(call(path, Some(token)), 200);
            }
        })
    };
    let anonymous = |path: &'static str, status| {
        Contender::new(move |operations| {
            for _ in 0..operations {
                assert_eq!(call(path, None), status);
            }
        })
    };
    let contenders = [
        with_tokens("/bare"),
        with_tokens("/bare"),
        with_tokens("/extractor"),
        with_tokens("/required"),
        with_tokens("/scopes"),
        anonymous("/bare", 200),
        anonymous("/required", 401),
    ];
    let [bare, control, extractor, required, scopes, open, refused] =
        interleaved(contenders, ROUNDS, OPERATIONS);
    println!(
        "| {framework:<9} | {:>6} | {bare:>6.0} | {:>+4.0} | {:>+9.0} | {:>+8.0} | {:>+10.0} | {:>+9.0} |",
        tokens.len(),
        control - bare,
        extractor - bare,
        required - bare,
        scopes - bare,
        refused - open,
    );
}
