//! A provider that fails now and then.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use oidc_devidp::{Endpoint, Fault, TestIdp};
use oidc_guard_bench::soak::Random;

/// How long a failure lasts.
const WINDOW: Duration = Duration::from_millis(100);
/// One of so many windows is one.
const SHARE: usize = 20;

/// Lets the token endpoint fail until it is over, and returns how many requests met that.
pub(crate) fn inject(idp: &TestIdp, over: &AtomicBool) -> usize {
    let (mut random, mut met) = (Random(1), 0);
    while !over.load(Ordering::Relaxed) {
        if random.below(SHARE) > 0 {
            thread::sleep(WINDOW);
            continue;
        }
        let before = idp.hits(Endpoint::Token);
        idp.fault(Endpoint::Token, some_fault(&mut random));
        thread::sleep(WINDOW);
        idp.heal();
        met += idp.hits(Endpoint::Token) - before;
    }
    met
}

/// None of them says that a refresh token is not valid.
fn some_fault(random: &mut Random) -> Fault {
    let faults = [
        Fault::Status(500),
        Fault::Status(503),
        Fault::Busy(1),
        Fault::Down,
        Fault::Garbage,
        Fault::Empty,
        Fault::Error("invalid_client".into()),
        Fault::Error("temporarily_unavailable".into()),
        Fault::HoldResponse,
    ];
    faults[random.below(faults.len())].clone()
}
