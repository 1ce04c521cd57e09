//! A session that the process has not seen: its cookie was sealed by another instance.

use ::axum::Router;
use oidc_devidp::TestIdp;
use oidc_guard_bench::sessions::{SignedIn, client, settings, sign_in, warm_client};
use oidc_guard_bench::{Contender, Credentials, axum, interleaved, warm};

const SESSIONS: usize = 256;
const ROUNDS: usize = 41;

/// What a user sends.
type Sent = fn(&SignedIn) -> Credentials<'_>;

pub(crate) async fn measure(idp: &TestIdp) {
    let mut first = axum::app_with_sessions(&warm_client(idp, settings()).await);
    let mut users = Vec::with_capacity(SESSIONS);
    for number in 0..SESSIONS {
        users.push(sign_in(&mut first, idp, number).await);
    }
    // Every round, the first one included that does not count, has a client without memories.
    let mut fresh: Vec<Router> = (0..=ROUNDS)
        .map(|_| axum::app_with_sessions(&client(idp, settings())))
        .collect();
    let mut fresh = fresh.iter_mut();
    let oidc = warm(idp, 256 << 20).await;
    let token: Sent = |user| Credentials::Token(&user.tokens.access);
    let cookie: Sent = |user| Credentials::Cookie(&user.cookie);

    let mut routers = [(); 4].map(|()| axum::app(&oidc));
    let [bare, bare_cookie, one, other] = &mut routers;
    let contenders = [
        Contender::new(|_| get_all(bare, "/bare", &users, token)),
        Contender::new(|_| get_all(bare_cookie, "/bare", &users, cookie)),
        Contender::new(|_| {
            oidc.clear_token_cache();
            get_all(one, "/required", &users, token);
        }),
        Contender::new(|_| {
            oidc.clear_token_cache();
            get_all(other, "/required", &users, token);
        }),
        Contender::new(|_| {
            let router = fresh.next().expect("a client for each round");
            get_all(router, "/required", &users, cookie);
        }),
    ];
    let [bare, bare_cookie, verified, control, unsealed] =
        interleaved(contenders, ROUNDS, SESSIONS);
    let (verified, control) = (verified - bare, control - bare);
    println!("First sights: what they add to the bare route. The bar is 0.5 of a token.\n");
    println!("| RS256 token ns |  A/A | cookie |");
    println!("|---------------:|-----:|-------:|");
    println!(
        "| {verified:>14.0} | {:>4.2} | {:>6.2} |",
        control / verified,
        (unsealed - bare_cookie) / verified,
    );
}

fn get_all(router: &mut Router, path: &str, users: &[SignedIn], credentials: Sent) {
    for user in users {
        assert_eq!(axum::call(router, path, credentials(user)).status(), 200);
    }
}
