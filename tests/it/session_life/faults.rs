//! Whatever a provider does wrong: the session goes on, and the provider is not asked too often.

use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};

use crate::session_support::site::{Place, Site, renewing};

/// How a refresh can fail.
enum Trouble {
    Fault(Fault),
    Refused,
}

impl Trouble {
    fn begin(&self, site: &Site) {
        match self {
            Self::Fault(fault) => site.bench.idp.fault(Endpoint::Token, fault.clone()),
            Self::Refused => site.bench.idp.stop(),
        }
    }

    fn end(&self, site: &Site) {
        match self {
            Self::Fault(_) => site.bench.idp.heal(),
            Self::Refused => site.bench.idp.restart().expect("the port is free"),
        }
    }
}

/// Each wait of a request ends with the result of a try, so that the clock moves between tries only.
async fn goes_on(site: &Site, trouble: &Trouble) {
    let browser = site.signed_in("alice").await;
    let token = browser.get("/token").await.body;
    let counts = matches!(trouble, Trouble::Fault(_));
    let tries = |expected: usize| {
        assert!(!counts || site.token_calls() == expected, "{expected}");
    };
    site.advance(275);
    trouble.begin(site);
    for _ in 0..3 {
        let reply = browser.get("/token").await;
        assert_eq!((reply.status, &reply.body), (200, &token));
        tries(1);
    }
    // The pauses are 5, 10 and 20 seconds.
    site.advance(4);
    assert_eq!(browser.get("/token").await.body, token);
    tries(1);
    site.advance(1);
    assert_eq!(browser.get("/token").await.body, token);
    tries(2);
    // From here on the access token is over.
    site.advance(20);
    for _ in 0..3 {
        assert_eq!(browser.status().await, 200);
        let reply = browser.get("/token").await;
        assert_eq!(reply.status, 503, "{reply:?}");
        assert!(reply.headers.contains_key("retry-after"), "{reply:?}");
        assert!(browser.has_session());
    }
    tries(3);
    trouble.end(site);
    site.advance(61);
    let reply = browser.get("/token").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_ne!(reply.body, token);
    tries(4);
    // Success ends the pauses.
    site.advance(275);
    trouble.begin(site);
    assert_eq!(browser.get("/token").await.status, 200);
    trouble.end(site);
    site.advance(5);
    assert_ne!(browser.get("/token").await.body, reply.body);
}

async fn goes_on_everywhere(trouble: Trouble) {
    renewing()
        .run(async |site| goes_on(site, &trouble).await)
        .await;
}

macro_rules! troubles {
    ($($name:ident: $trouble:expr;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                goes_on_everywhere($trouble).await;
            }
        )*
    };
}

troubles! {
    status_500: Trouble::Fault(Fault::Status(500));
    status_403_of_a_firewall: Trouble::Fault(Fault::Status(403));
    too_many_requests: Trouble::Fault(Fault::Busy(3600));
    html: Trouble::Fault(Fault::Garbage);
    an_empty_response: Trouble::Fault(Fault::Empty);
    json_without_tokens: Trouble::Fault(Fault::Body("{}".to_owned()));
    a_wrong_secret: Trouble::Fault(Fault::Error("invalid_client".to_owned()));
    another_oauth_error: Trouble::Fault(Fault::Error("server_error".to_owned()));
    a_closed_connection: Trouble::Fault(Fault::Down);
    a_refused_connection: Trouble::Refused;
}

#[tokio::test]
async fn a_timeout() {
    let trouble = Trouble::Fault(Fault::Hold);
    renewing()
        .places(&[Place::Cookie, Place::Memory])
        .client(|client| client.timeout(Duration::from_secs(2)))
        .run(async |site| goes_on(site, &trouble).await)
        .await;
}

#[tokio::test]
async fn only_a_refused_grant_ends_the_session() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let copy = browser.copy();
            let fault = Fault::Error("invalid_grant".to_owned());
            site.bench.idp.fault(Endpoint::Token, fault);
            site.advance(300);
            let reply = browser.get("/me").await;
            assert_eq!(reply.status, 401, "{reply:?}");
            assert!(reply.body.contains("/auth/v2/login"), "{reply:?}");
            assert!(!browser.has_session());
            site.bench.idp.heal();
            assert_eq!(copy.status().await, 401);
            assert_eq!(site.token_calls(), 1);
            browser.sign_in("alice").await;
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

/// Signing out at the provider ends the refresh token, and with it the session here.
#[tokio::test]
async fn a_session_ends_with_the_one_at_the_provider() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.bench.idp.end_session(&browser.sid().await).await;
            assert_eq!(browser.status().await, 200);
            site.advance(300);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}
