//! How much a browser has to send.

use oidc::Sessions;
use oidc::stores::MemoryStore;
use oidc_devidp::TestIdp;
use oidc_guard_bench::axum::app_with_sessions;
use oidc_guard_bench::sessions::{SignedIn, settings, sign_in, warm_client};

pub(crate) async fn print(idp: &TestIdp) {
    let in_cookie = begin(idp, settings()).await;
    let in_store = begin(idp, settings().store(MemoryStore::new())).await;
    let tokens = &in_cookie.tokens;
    println!(
        "Tokens of {} (access), {} (ID) and {} bytes (refresh): a cookie of {} bytes; with a \
         store, one of {}, and a `Set-Cookie` of {}. The bars are 3,500 for the cookie and 160 for \
         the last.\n",
        tokens.access.len(),
        tokens.id.len(),
        tokens.refresh.len(),
        in_cookie.cookie.len(),
        in_store.cookie.len(),
        in_store.set_cookie.len(),
    );
}

async fn begin(idp: &TestIdp, settings: Sessions) -> SignedIn {
    let client = warm_client(idp, settings).await;
    sign_in(&mut app_with_sessions(&client), idp, 0).await
}
