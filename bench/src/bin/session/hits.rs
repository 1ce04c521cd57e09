//! Users who were seen before.

use oidc_guard_bench::{Contender, Credentials, interleaved};

use crate::{Kept, ROUNDS, User};

const OPERATIONS: usize = 20_000;

/// What a user sends.
type Sent = fn(&User) -> Credentials<'_>;

pub(crate) fn print_head() {
    println!("\nHits: nanoseconds that a guard adds to the bare route without the layer, for the");
    println!("same request; for sessions, how much more than for a token. The bars are 10 for a");
    println!(
        "token where there are sessions, 80 for a store, and 150, 200 and 400 for a cookie.\n"
    );
    println!(
        "| {:<9} | {:>8} | {:>4} | {:>4} | {:>5} | {:>21} | {:>6} | {:>5} |",
        "framework", "sessions", "bare", "A/A", "token", "token beside sessions", "cookie", "store"
    );
    println!(
        "|-----------|---------:|-----:|-----:|------:|----------------------:|-------:|------:|"
    );
}

pub(crate) fn measure(
    framework: &str,
    users: &[User],
    call: impl Fn(Kept, &str, Credentials<'_>) -> u16 + Copy,
) {
    let by = |kept: Kept, path: &'static str, credentials: Sent| {
        let mut users = users.iter().cycle();
        Contender::new(move |operations| {
            for user in users.by_ref().take(operations) {
                assert_eq!(call(kept, path, credentials(user)), 200);
            }
        })
    };
    let token: Sent = |user| Credentials::Token(&user.token);
    let cookie: Sent = |user| Credentials::Cookie(&user.cookie);
    let stored: Sent = |user| Credentials::Cookie(&user.stored);
    let contenders = [
        by(Kept::Nowhere, "/bare", token),
        by(Kept::Nowhere, "/bare", token),
        by(Kept::Nowhere, "/required", token),
        by(Kept::InCookies, "/required", token),
        by(Kept::Nowhere, "/bare", cookie),
        by(Kept::InCookies, "/required", cookie),
        by(Kept::Nowhere, "/bare", stored),
        by(Kept::InStore, "/required", stored),
    ];
    let [
        bare,
        control,
        hit,
        beside,
        bare_cookie,
        in_cookie,
        bare_stored,
        in_store,
    ] = interleaved(contenders, ROUNDS, OPERATIONS);
    let token = hit - bare;
    println!(
        "| {framework:<9} | {:>8} | {bare:>4.0} | {:>+4.0} | {token:>+5.0} | {:>+21.0} | {:>+6.0} | {:>+5.0} |",
        users.len(),
        control - bare,
        beside - hit,
        in_cookie - bare_cookie - token,
        in_store - bare_stored - token,
    );
}
