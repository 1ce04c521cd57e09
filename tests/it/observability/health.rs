//! `Oidc::health` over time.

use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};

use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::servers::{Server, guarded_app};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn follows_the_provider() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let unknown = oidc.health();
    assert!(!unknown.is_ready() && unknown.keys_age.is_none() && unknown.last_error.is_none());

    bench.idp.fault(Endpoint::Jwks, Fault::Status(500));
    oidc.discover().await.expect_err("the provider fails");
    let failed = oidc.health();
    assert!(!failed.is_ready() && failed.keys_age.is_none());
    let error = failed.last_error.expect("an error").to_string();
    assert_eq!(
        error,
        "the provider is unavailable: could not fetch the key set: status 500"
    );

    bench.idp.heal();
    until(async || oidc.health().is_ready()).await;
    let fresh = oidc.health();
    assert!(
        fresh
            .keys_age
            .is_some_and(|age| age < Duration::from_secs(30)),
        "{fresh:?}"
    );
    assert!(fresh.last_error.is_none(), "{fresh:?}");
}

#[tokio::test]
async fn reports_an_outage_while_the_last_keys_serve() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    oidc.discover().await.expect("the provider runs");
    let server = Server::axum(guarded_app!(required()), oidc.clone());
    let get = async || {
        server
            .get("/required", bench.good_token().as_str())
            .await
            .status
    };

    bench.idp.stop();
    bench.advance(HOUR);
    assert_eq!(get().await, 200);
    until(async || oidc.health().last_error.is_some()).await;
    let serving = oidc.health();
    assert!(
        serving.is_ready() && serving.keys_age >= Some(HOUR),
        "{serving:?}"
    );

    bench.advance(24 * HOUR);
    let stale = oidc.health();
    assert!(
        !stale.is_ready() && stale.keys_age >= Some(25 * HOUR),
        "{stale:?}"
    );
    assert_eq!(get().await, 503);

    bench.idp.restart().expect("the port is free");
    until(async || get().await == 200).await;
    let recovered = oidc.health();
    assert!(
        recovered.is_ready() && recovered.last_error.is_none(),
        "{recovered:?}"
    );
}
