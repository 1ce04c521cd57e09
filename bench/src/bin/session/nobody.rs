//! Requests without any cookie.

use oidc_guard_bench::{Contender, Credentials, interleaved};

use crate::{Kept, ROUNDS};

const OPERATIONS: usize = 20_000;

pub(crate) fn print_head() {
    println!("\nRequests without credentials: nanoseconds that sessions and their layer add, and");
    println!("a layer that does nothing. The bar is 30.\n");
    println!(
        "| {:<9} | {:>4} | {:>4} | {:>9} | {:>12} | {:>8} | {:>7} |",
        "framework", "bare", "A/A", "any layer", "public route", "optional", "refused"
    );
    println!("|-----------|-----:|-----:|----------:|-------------:|---------:|--------:|");
}

pub(crate) fn measure(framework: &str, call: impl Fn(Kept, &str, Credentials<'_>) -> u16 + Copy) {
    let nobody = |kept: Kept, path: &'static str, status| {
        Contender::new(move |operations| {
            for _ in 0..operations {
                assert_eq!(call(kept, path, Credentials::None), status);
            }
        })
    };
    let contenders = [
        nobody(Kept::Nowhere, "/bare", 200),
        nobody(Kept::Nowhere, "/bare", 200),
        nobody(Kept::BehindALayer, "/bare", 200),
        nobody(Kept::InCookies, "/bare", 200),
        nobody(Kept::Nowhere, "/optional", 200),
        nobody(Kept::InCookies, "/optional", 200),
        nobody(Kept::Nowhere, "/required", 401),
        nobody(Kept::InCookies, "/required", 401),
    ];
    let [
        bare,
        control,
        layer,
        layered,
        open,
        open_layered,
        refused,
        refused_layered,
    ] = interleaved(contenders, ROUNDS, OPERATIONS);
    println!(
        "| {framework:<9} | {bare:>4.0} | {:>+4.0} | {:>+9.0} | {:>+12.0} | {:>+8.0} | {:>+7.0} |",
        control - bare,
        layer - bare,
        layered - bare,
        open_layered - open,
        refused_layered - refused,
    );
}
