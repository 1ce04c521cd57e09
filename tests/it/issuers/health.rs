//! The state of each issuer.

use std::time::Duration;

use oidc::{Health, Oidc};

use super::{NAMES, oidc, provider, start, token, trusting};
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::servers::{Server, guarded_app};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn ready(health: &Health) -> Vec<(&str, bool)> {
    let issuers = health.issuers.iter();
    issuers
        .map(|issuer| (issuer.name.as_str(), issuer.is_ready()))
        .collect()
}

#[tokio::test]
async fn names_every_issuer() {
    let bench = start().await;
    let client = oidc(&bench);
    let before = client.health();
    assert!(!before.is_ready());
    assert_eq!(ready(&before), NAMES.map(|name| (name, false)));
    assert!(before.issuers.iter().all(|issuer| issuer.keys == 0));

    client.discover().await.expect("the provider runs");
    until(async || ready(&client.health()) == NAMES.map(|name| (name, true))).await;
    let health = client.health();
    assert!(health.is_ready());
    for issuer in &health.issuers {
        let published = provider(&bench, &issuer.name).jwks();
        let published = published["keys"].as_array().map(Vec::len);
        assert_eq!(Some(issuer.keys), published, "{issuer:?}");
        assert!(
            issuer.keys_age.is_some() && issuer.last_error.is_none(),
            "{issuer:?}"
        );
    }
}

/// The client is ready if its own provider is; who else is away has a name.
#[tokio::test]
async fn tells_who_is_away() {
    let bench = start().await;
    for away in NAMES {
        provider(&bench, away).stop();
        let client = oidc(&bench);
        let server = Server::axum(
            guarded_app!(every(issuer("own", "partner", "staff"))),
            client.clone(),
        );
        for name in NAMES {
            let token = token(&bench, name).mint();
            let status = server.get("/every", token.as_str()).await.status;
            assert_eq!(status, if name == away { 503 } else { 200 }, "{name}");
        }
        let health = client.health();
        assert_eq!(ready(&health), NAMES.map(|name| (name, name != away)));
        assert_eq!(health.is_ready(), away != "own");
        for issuer in &health.issuers {
            let is_away = issuer.name == away;
            assert_eq!(issuer.last_error.is_some(), is_away, "{issuer:?}");
            assert_eq!(issuer.keys > 0, !is_away, "{issuer:?}");
        }
        assert_eq!(health.last_error.is_some(), away == "own");
        provider(&bench, away).restart().expect("the port is free");
    }
}

#[tokio::test]
async fn tells_whose_keys_are_too_old() {
    let bench = start().await;
    let client: Oidc = trusting(&bench, bench.builder()).build().expect("sound");
    client.discover().await.expect("the provider runs");
    until(async || ready(&client.health()) == NAMES.map(|name| (name, true))).await;
    advance_without(&bench, &client, "partner").await;
    assert_eq!(
        ready(&client.health()),
        NAMES.map(|name| (name, name != "partner"))
    );
    bench
        .idp
        .other("partner")
        .restart()
        .expect("the port is free");
    client.discover().await.expect("the provider runs");
    until(async || ready(&client.health()) == NAMES.map(|name| (name, true))).await;
}

/// A day and an hour in which one issuer is away and the others are asked.
async fn advance_without(bench: &Bench, client: &Oidc, away: &str) {
    provider(bench, away).stop();
    bench.advance(25 * HOUR);
    client.discover().await.expect("the provider runs");
    let others = NAMES.map(|name| (name, name != away));
    until(async || ready(&client.health()) == others).await;
}
