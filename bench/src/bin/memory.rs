//! What a remembered token costs in memory beside its text.

use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::gate::{Reader, admits, request};
use oidc_guard_bench::{token, warm};

const TOKENS: usize = 20_000;

#[tokio::main]
async fn main() {
    let idp = TestIdp::start().await;
    let tokens: Vec<String> = (0..TOKENS)
        .map(|number| token(&idp, number, Algorithm::Es256))
        .collect();
    let oidc = warm(&idp, 256 << 20).await;
    let resident = resident_bytes();
    let counted = allocation_counter::measure(|| {
        for token in &tokens {
            assert!(admits::<Reader>(&oidc, &mut request(Some(token))));
        }
    });
    let resident = resident_bytes() - resident;
    let text = tokens[0].len() as i64;
    println!(
        "A remembered token of {text} bytes: its text and {} bytes allocated ({} resident).",
        counted.bytes_current / TOKENS as i64 - text,
        resident / TOKENS as i64 - text,
    );
}

fn resident_bytes() -> i64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages = pages.split(' ').nth(1).expect("resident pages");
    pages.parse::<i64>().expect("a number") * 4096
}
