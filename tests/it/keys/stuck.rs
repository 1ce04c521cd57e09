//! The runtime that drives an attempt to fetch the keys is blocked or shut down. Other runtimes do
//! not wait for it forever.

use std::future::Future;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use oidc::Oidc;
use oidc_devidp::{Endpoint, Fault};
use tokio::runtime::{self, Runtime};

use super::{LIMIT, app};
use crate::support::bench::Bench;
use crate::support::reply::ok;
use crate::support::servers::{Server, for_both};

const TIMEOUT: Duration = Duration::from_millis(500);

fn runtime() -> Runtime {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

fn hasty(bench: &Bench) -> Oidc {
    let builder = bench.builder().timeout(TIMEOUT);
    builder.build().expect("the configuration is sound")
}

/// Polls this once.
async fn begin(future: impl Future) {
    let mut future = pin!(future);
    let pending = std::future::poll_fn(|context| {
        std::task::Poll::Ready(future.as_mut().poll(context).is_pending())
    });
    assert!(pending.await, "it has already ended");
}

/// A runtime that started an attempt and does not drive it.
fn stuck(bench: &Bench, oidc: &Oidc) -> Runtime {
    bench
        .idp
        .fault(Endpoint::Discovery, Fault::Slow(10 * LIMIT));
    let one = runtime();
    one.block_on(begin(oidc.discover()));
    bench.idp.heal();
    one
}

async fn within_limit<T>(future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(LIMIT, future).await;
    outcome.expect("nothing waits forever")
}

#[test]
fn others_take_over() {
    let two = runtime();
    let bench = two.block_on(Bench::start());
    let oidc = hasty(&bench);
    let one = stuck(&bench, &oidc);
    let discovered = two.block_on(within_limit(oidc.discover()));
    discovered.expect("the provider is well");

    // The first attempt continues, and fails long after the second one succeeded.
    one.block_on(async { tokio::time::sleep(Duration::from_millis(50)).await });
    let health = oidc.health();
    assert!(health.is_ready(), "{health:?}");
    assert!(health.last_error.is_none(), "{health:?}");
}

/// Fetches the keys and starts to refresh them, on a runtime that then stops.
fn stuck_refresh(bench: &Bench, oidc: &Oidc) {
    thread::scope(|scope| {
        let refresh = scope.spawn(|| {
            let one = runtime();
            let discovered = one.block_on(oidc.discover());
            discovered.expect("the provider is well");
            bench.advance(Duration::from_secs(300));
            // The keys are usable, so this only starts the refresh that is due.
            one.block_on(oidc.discover()).expect("the keys are usable");
            std::mem::forget(one);
        });
        refresh.join().expect("no panic");
    });
}

#[test]
fn requests_take_over_a_refresh() {
    let two = runtime();
    let bench = two.block_on(Bench::start());
    let oidc = || {
        let oidc = hasty(&bench);
        stuck_refresh(&bench, &oidc);
        bench.idp.rotate_keys();
        oidc
    };
    let test = async |server: &Server| {
        let new = bench.idp.token().sub("bob").mint();
        let reply = within_limit(server.get("/required", new.as_str())).await;
        reply.assert("a token of a new key", &ok("bob"));
    };
    two.block_on(for_both(app(), oidc, test));
}

/// The runtime is shut down while another one waits for the attempt.
#[test]
fn others_try_again_after_a_shutdown() {
    let two = runtime();
    let bench = two.block_on(Bench::start());
    let oidc = hasty(&bench);
    let one = stuck(&bench, &oidc);
    let discovered = two.block_on(within_limit(async {
        let mut discover = pin!(oidc.discover());
        begin(discover.as_mut()).await;
        thread::spawn(move || drop(one)).join().expect("no panic");
        discover.await
    }));
    discovered.expect("the provider is well");
}
