//! Refresh tokens that somebody else has used, at the provider itself.

use std::time::Duration;

use oidc_client::{Client, Clock, Error, FileStore, Reason, Token};
use reqwest::StatusCode;

use crate::applications::{ALICE, Application, TestClock, everywhere};

/// To a moment before the access token ends, or with a negative time, after it.
fn approach_end(clock: &TestClock, token: &Token, seconds_before: i64) {
    let end = token.expires().expect("an end");
    let left = end.duration_since(clock.now()).unwrap_or(Duration::ZERO);
    clock.shift(left.as_secs().cast_signed() + 1 - seconds_before);
}

/// Uses the refresh token up, as whoever stole it would.
async fn spend(application: &Application, token: &Token) -> StatusCode {
    let refresh_token = token.refresh_token().expect("a refresh token");
    let request = reqwest::Client::new().post(format!("{}/auth/v2/token", application.address));
    let request = request.form(&[("refresh-token", refresh_token)]);
    request.send().await.expect("an answer").status()
}

/// The access token serves until it ends; then somebody has to sign in. What is kept for another
/// address stays.
#[tokio::test]
async fn the_access_token_serves_to_its_end() {
    everywhere(true, async |application| {
        let directory = tempfile::tempdir().expect("a directory");
        let store = FileStore::at(directory.path().join("tokens"));
        let clock = TestClock::default();
        let client = application.client(&clock).store(store.clone()).build();
        let client = client.expect("the settings are sound");
        let other = application.address.replace("127.0.0.1", "localhost");
        let other = Client::builder(other).store(store).clock(clock.clone());
        let other = other.build().expect("the settings are sound");
        let theirs = other.sign_in(ALICE.code_flow()).await.expect("a token");
        let token = client.sign_in(ALICE.code_flow()).await.expect("a token");
        let name = &application.name;
        assert_eq!(spend(application, &token).await, StatusCode::OK, "{name}");

        approach_end(&clock, &token, 30);
        let rest = client.token().await.expect("it is still valid");
        assert_eq!(rest.access_token(), token.access_token(), "{name}");
        assert!(rest.refresh_token().is_none(), "{name}");

        approach_end(&clock, &token, -60);
        let ended = client.token().await;
        assert!(
            matches!(ended, Err(Error::SignInRequired(Reason::Expired))),
            "{name}: {ended:?}"
        );
        let kept = other.stored().await.expect("readable").expect("a token");
        assert_eq!(kept.refresh_token(), theirs.refresh_token(), "{name}");
        client.sign_in(ALICE.code_flow()).await.expect("a token");
    })
    .await;
}

/// A second use revokes all that came of the sign-in.
#[tokio::test]
async fn a_second_use_ends_it_all() {
    everywhere(true, async |application| {
        let clock = TestClock::default();
        let client = application.client(&clock).build();
        let client = client.expect("the settings are sound");
        let token = client.sign_in(ALICE.code_flow()).await.expect("a token");
        let name = &application.name;
        assert_eq!(spend(application, &token).await, StatusCode::OK, "{name}");
        assert_ne!(spend(application, &token).await, StatusCode::OK, "{name}");

        approach_end(&clock, &token, -60);
        let ended = client.token().await;
        assert!(
            matches!(ended, Err(Error::SignInRequired(Reason::Ended))),
            "{name}: {ended:?}"
        );
        let left = client.stored().await.expect("readable");
        assert!(left.is_none(), "{name}: nothing of it is of use");
    })
    .await;
}
