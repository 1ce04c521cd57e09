//! Two instances of one application, with clocks that differ.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::session_support::browser::Browser;
use crate::session_support::site::{Place, Setup, Site, always_asked, renewing};

/// Less than is tolerated, so that both accept the provider's tokens.
const AHEAD: u64 = 25;

/// Every second instance is ahead of the one before.
fn disagreeing() -> Setup {
    let ahead = AtomicU64::new(AHEAD);
    renewing()
        .places(&Place::STORES)
        .sessions(always_asked)
        .client(move |client| {
            let ahead = ahead.fetch_xor(AHEAD, Ordering::SeqCst) ^ AHEAD;
            let now = SystemTime::now() + Duration::from_secs(ahead);
            client.clock(move || now)
        })
}

/// The instance to which everything happens, and the one that has to notice.
async fn in_both_orders(test: impl AsyncFn(&Site, &Site)) {
    disagreeing()
        .run(async |behind| {
            let ahead = behind.another();
            test(behind, &ahead).await;
            test(&ahead, behind).await;
        })
        .await;
}

async fn statuses(browser: &Browser, sites: [&Site; 2]) -> [u16; 2] {
    let [one, other] = sites.map(|site| browser.moved_to(site.server.address));
    [one.peek().await, other.peek().await]
}

#[tokio::test]
async fn whoever_is_signed_out_everywhere_is_signed_out_on_both() {
    in_both_orders(async |here, there| {
        for by_the_user in [false, true] {
            let browsers = [
                here.signed_in("alice").await,
                there.signed_in("alice").await,
            ];
            let bob = there.signed_in("bob").await;
            if by_the_user {
                let form = [("everywhere", "true")];
                let copy = browsers[0].copy();
                let reply = copy.post("/auth/v2/logout", &form).await;
                assert_eq!(reply.status, 200, "{reply:?}");
            } else {
                let ended = here.oidc.end_sessions_of("alice").await;
                ended.expect("the store works");
            }
            for browser in &browsers {
                assert_eq!(statuses(browser, [here, there]).await, [401, 401]);
            }
            assert_eq!(statuses(&bob, [here, there]).await, [200, 200]);
        }
    })
    .await;
}

/// An instance that is behind dates it before the end.
#[tokio::test]
async fn whoever_signs_in_afterwards_is_signed_in_on_both() {
    in_both_orders(async |here, there| {
        let before = there.signed_in("alice").await;
        let ended = here.oidc.end_sessions_of("alice").await;
        ended.expect("the store works");
        let later = there.signed_in("alice").await;
        assert_eq!(statuses(&before, [here, there]).await, [401, 401]);
        assert_eq!(statuses(&later, [here, there]).await, [200, 200]);
    })
    .await;
}
