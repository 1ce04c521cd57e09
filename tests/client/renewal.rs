//! Tokens that are renewed: once, in time, and without losing one.

use std::sync::Arc;

use oidc_client::{Client, Error, FileStore, Reason};
use oidc_devidp::{Endpoint, Fault};
use tokio::task::JoinSet;

use crate::applications::{ALICE, Application, TestClock, at_embedded};

async fn signed_in(application: &Application, clock: &TestClock) -> Client {
    let client = application.client(clock).build().expect("sound");
    client.sign_in(ALICE.code_flow()).await.expect("a token");
    client
}

/// The refresh token serves once: a second request would end the session.
#[tokio::test(flavor = "multi_thread")]
async fn happens_once_for_all_tasks_and_processes() {
    at_embedded(async |application| {
        let directory = tempfile::tempdir().expect("a directory");
        let clock = TestClock::default();
        let client = || {
            let store = FileStore::at(directory.path().join("tokens"));
            application
                .client(&clock)
                .store(store)
                .build()
                .expect("sound")
        };
        client().sign_in(ALICE.code_flow()).await.expect("a token");
        let idp = application.idp();
        for _ in 0..3 {
            clock.shift(280);
            idp.reset_hits();
            // Each client stands for a process: they share nothing but the files.
            let mut callers = JoinSet::new();
            for client in [client(), client(), client()] {
                for _ in 0..10 {
                    let client = client.clone();
                    callers.spawn(async move { client.token().await });
                }
            }
            let tokens = callers.join_all().await;
            let tokens = tokens.into_iter().map(|token| token.expect("a token"));
            let mut texts: Vec<_> = tokens
                .map(|token| token.access_token().to_owned())
                .collect();
            texts.dedup();
            assert_eq!(texts.len(), 1, "{}", application.name);
            assert_eq!(idp.hits(Endpoint::Token), 1, "{}", application.name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_down_costs_no_token() {
    at_embedded(async |application| {
        let clock = TestClock::default();
        let client = signed_in(&application, &clock).await;
        let old = client.token().await.expect("a token");
        for fault in [
            Fault::Status(503),
            Fault::Down,
            Fault::Garbage,
            Fault::Huge(2 << 20),
        ] {
            application.idp().fault(Endpoint::Token, fault.clone());
            clock.shift(280);
            let token = client.token().await.expect("it is still valid");
            assert_eq!(token.access_token(), old.access_token(), "{fault:?}");
            clock.shift(60);
            let error = client.token().await.expect_err("it has expired");
            assert!(
                !matches!(error, Error::SignInRequired(_)),
                "{fault:?}: {error}"
            );
            assert!(client.stored().await.expect("it is readable").is_some());
            clock.shift(-340);
        }
        application.idp().heal();
        clock.shift(340);
        let token = client.token().await.expect("a token");
        assert_ne!(
            token.access_token(),
            old.access_token(),
            "{}",
            application.name
        );
    })
    .await;
}

#[tokio::test]
async fn an_application_that_is_down_costs_no_token() {
    at_embedded(async |application| {
        let clock = TestClock::default();
        let client = signed_in(&application, &clock).await;
        let old = client.token().await.expect("a token");
        application.stop().await;
        clock.shift(280);
        let token = client.token().await.expect("it is still valid");
        assert_eq!(token.access_token(), old.access_token());
        clock.shift(60);
        let error = client.token().await.expect_err("it has expired");
        assert!(error.is_temporary(), "{error}");
        assert!(client.stored().await.expect("it is readable").is_some());
    })
    .await;
}

/// The provider says that the refresh token is no more: somebody has to sign in.
#[tokio::test]
async fn a_refresh_token_may_end() {
    at_embedded(async |application| {
        let clock = TestClock::default();
        let client = signed_in(&application, &clock).await;
        let gone = Fault::Error("invalid_grant".to_owned());
        application.idp().fault(Endpoint::Token, gone);
        clock.shift(280);
        // The access token is still good.
        client.token().await.expect("it is still valid");
        clock.shift(60);
        let ended = client.token().await;
        let name = &application.name;
        assert!(
            matches!(
                ended,
                Err(Error::SignInRequired(Reason::Ended | Reason::Expired))
            ),
            "{name}: {ended:?}"
        );
        application.idp().heal();
        client.sign_in(ALICE.code_flow()).await.expect("a token");
    })
    .await;
}

/// Hours off, it neither renews always nor never.
#[tokio::test]
async fn a_wrong_clock_does_not_matter() {
    at_embedded(async |application| {
        for hours in [-5, 5] {
            let clock = TestClock::default();
            clock.shift(hours * 3600);
            let client = signed_in(&application, &clock).await;
            application.idp().reset_hits();
            let old = client.token().await.expect("a token");
            client.token().await.expect("a token");
            let name = &application.name;
            assert_eq!(
                application.idp().hits(Endpoint::Token),
                0,
                "{name}, {hours}"
            );
            clock.shift(280);
            let new = client.token().await.expect("a token");
            assert_eq!(
                application.idp().hits(Endpoint::Token),
                1,
                "{name}, {hours}"
            );
            assert_ne!(new.access_token(), old.access_token(), "{name}, {hours}");
        }
    })
    .await;
}

/// Whoever waited has left when the provider answers: the new tokens are kept.
#[tokio::test]
async fn goes_on_when_the_caller_leaves() {
    at_embedded(async |application| {
        let clock = TestClock::default();
        let client = Arc::new(signed_in(&application, &clock).await);
        let idp = application.idp();
        idp.reset_hits();
        idp.fault(Endpoint::Token, Fault::HoldResponse);
        clock.shift(280);
        let caller = tokio::spawn({
            let client = Arc::clone(&client);
            async move { client.token().await }
        });
        while idp.hits(Endpoint::Token) == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        caller.abort();
        idp.heal();
        client.token().await.expect("a token");
        assert_eq!(idp.hits(Endpoint::Token), 1, "{}", application.name);
    })
    .await;
}
