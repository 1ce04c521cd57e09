//! What a remembered token costs in memory beside its text, and how often a hit allocates.

use oidc::stores::MemoryStore;
use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::gate::{Reader, admits, request};
use oidc_guard_bench::sessions::{self, settings, sign_in, warm_client};
use oidc_guard_bench::{Credentials, actix, axum, token, warm};

const TOKENS: usize = 20_000;

#[tokio::main]
async fn main() {
    remembered().await;
    allocations().await;
}

async fn remembered() {
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

/// With sessions and their layer: beyond the bare route without them, for the same request.
async fn allocations() {
    let idp = sessions::provider().await;
    let plain = warm(&idp, 256 << 20).await;
    let cookies = warm_client(&idp, settings()).await;
    let store = warm_client(&idp, settings().store(MemoryStore::new())).await;
    println!("\nAllocations that a hit adds, with sessions and their layer. The bar is 2.\n");
    println!("| framework | token | cookie | store | nobody, public route |");
    println!("|-----------|------:|-------:|------:|---------------------:|");

    let mut on_cookies = axum::app_with_sessions(&cookies);
    let mut on_store = axum::app_with_sessions(&store);
    let user = sign_in(&mut on_cookies, &idp, 0).await;
    let stored = sign_in(&mut on_store, &idp, 0).await.cookie;
    let (token, cookie) = (&user.tokens.access, &user.cookie);

    let mut bare = axum::app(&plain);
    let mut bare = |credentials: Credentials<'_>| drop(axum::call(&mut bare, "/bare", credentials));
    let mut on = |app: &mut _, path: &str, credentials: Credentials<'_>| {
        let with = count(|| drop(axum::call(app, path, credentials)));
        with - count(|| bare(credentials))
    };
    println!(
        "| axum      | {:>5} | {:>6} | {:>5} | {:>20} |",
        on(&mut on_cookies, "/required", Credentials::Token(token)),
        on(&mut on_cookies, "/required", Credentials::Cookie(cookie)),
        on(&mut on_store, "/required", Credentials::Cookie(&stored)),
        on(&mut on_cookies, "/bare", Credentials::None),
    );

    let bare = actix::apps(&plain).await;
    let on_cookies = actix::apps_with_sessions(&cookies).await;
    let on_store = actix::apps_with_sessions(&store).await;
    let on = |app: &[_], path: &str, credentials: Credentials<'_>| {
        let with = count(|| drop(actix::call(app, path, credentials)));
        with - count(|| drop(actix::call(&bare, "/bare", credentials)))
    };
    println!(
        "| actix-web | {:>5} | {:>6} | {:>5} | {:>20} |",
        on(&on_cookies, "/required", Credentials::Token(token)),
        on(&on_cookies, "/required", Credentials::Cookie(cookie)),
        on(&on_store, "/required", Credentials::Cookie(&stored)),
        on(&on_cookies, "/bare", Credentials::None),
    );
}

/// The allocations of one call, once pools and caches are filled.
fn count(mut call: impl FnMut()) -> i64 {
    for _ in 0..3 {
        call();
    }
    allocation_counter::measure(call).count_total as i64
}

fn resident_bytes() -> i64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages = pages.split(' ').nth(1).expect("resident pages");
    pages.parse::<i64>().expect("a number") * 4096
}
