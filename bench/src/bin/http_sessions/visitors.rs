//! Browsers that are signed in.

use std::net::SocketAddr;
use std::thread;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_devidp::TestIdp;
use oidc_guard_bench::browser::Browser;

use super::USER;

const THREADS: usize = 8;

/// A session of a browser.
pub(crate) struct Visitor {
    /// The field `Cookie`.
    pub(crate) cookies: String,
    /// The path of the route that reads the session from the store; of ours in a store only.
    pub(crate) raw: String,
}

/// Signs in to a server of ours, at the provider.
pub(crate) fn of_ours(server: SocketAddr, idp: &TestIdp, count: usize) -> Vec<Visitor> {
    many(server, count, |browser| {
        browser.sign_in(idp, USER).expect("a sign-in");
        let id = browser.get("/id").expect("an answer").body;
        let id = URL_SAFE_NO_PAD.decode(id).expect("the id of a session");
        Visitor {
            cookies: browser.forget(),
            raw: format!(
                "/raw/{}",
                URL_SAFE_NO_PAD.encode([&app(idp), &*id].concat())
            ),
        }
    })
}

/// Signs in to another server, which believes everybody.
pub(crate) fn of_others(server: SocketAddr, count: usize) -> Vec<Visitor> {
    many(server, count, |browser| {
        let answer = browser.get("/login").expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        Visitor {
            cookies: browser.forget(),
            raw: String::new(),
        }
    })
}

fn many(
    server: SocketAddr,
    count: usize,
    sign_in: impl Fn(&mut Browser) -> Visitor + Sync,
) -> Vec<Visitor> {
    let sign_in_some = |count| {
        let mut browser = Browser::new(server);
        let some = (0..count).map(|_| sign_in(&mut browser));
        some.collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let share = |number| (count + number) / THREADS;
        let threads: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || sign_in_some(share(number))))
            .collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("no panic");
        threads.into_iter().flat_map(join).collect()
    })
}

/// What the keys of an application begin with; see `AppId` of oidc-stores.
fn app(idp: &TestIdp) -> [u8; 8] {
    let text = format!("{}\0{}", idp.discovery_url(), idp.client_id());
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref()[..8].try_into().expect("8 bytes")
}
