//! Service accounts at a certified provider.

use jsonwebtoken::dangerous;
use oidc_client::{Error, ServiceAccount, ServiceAccountBuilder, Token};
use serde_json::Value;

use crate::applications::TestClock;
use crate::support::provider::{NpmProvider, Options};

/// A secret that is another one when it is encoded wrongly.
const SECRET: &str = "s3cret+/%: &=";
const KEY: &str = include_str!("../fixtures/client_keys/p256.pem");

/// In seconds.
fn lifetime(token: &Token) -> i64 {
    let end = token.expires().expect("an end");
    let lifetime = end.duration_since(token.obtained());
    lifetime.expect("a lifetime").as_secs().cast_signed()
}

#[tokio::test]
async fn authenticate_in_each_way() {
    let provider = NpmProvider::start(&Options::default()).await;
    let account = |client_id| ServiceAccount::builder(provider.issuer(), client_id);
    let cases: [(&str, ServiceAccountBuilder); 3] = [
        (
            "test-machine",
            account("test-machine").secret(SECRET).secret_in_form(),
        ),
        (
            "test-machine-basic",
            account("test-machine-basic").secret(SECRET),
        ),
        (
            "test-machine-key",
            account("test-machine-key").key(KEY, Some("p256")),
        ),
    ];
    for (client_id, account) in cases {
        let clock = TestClock::default();
        let account = account.scopes("read").clock(clock.clone()).build();
        let account = account.expect("the settings are sound");
        let token = account.token().await;
        let token = token.unwrap_or_else(|error| panic!("{client_id}: {error}"));
        let claims = dangerous::insecure_decode::<Value>(token.access_token());
        let claims = claims.expect("a JWT").claims;
        assert_eq!(claims["client_id"], client_id);
        assert_eq!(claims["scope"], "read");
        assert_eq!(token.scope(), Some("read"), "{client_id}");
        assert!(token.refresh_token().is_none(), "{client_id}");

        let same = account.token().await.expect("a token");
        assert_eq!(same.access_token(), token.access_token(), "{client_id}");
        clock.shift(lifetime(&token) - 30);
        let next = account.token().await.expect("a token");
        assert_ne!(next.access_token(), token.access_token(), "{client_id}");
    }
}

#[tokio::test]
async fn keep_a_token_while_the_provider_is_down() {
    let provider = NpmProvider::start(&Options::default()).await;
    let clock = TestClock::default();
    let account = ServiceAccount::builder(provider.discovery_url(), "test-machine-basic")
        .secret(SECRET)
        .clock(clock.clone())
        .build()
        .expect("the settings are sound");
    let token = account.token().await.expect("a token");
    provider.stop().await;
    clock.shift(lifetime(&token) - 30);
    let old = account.token().await.expect("it is still valid");
    assert_eq!(old.access_token(), token.access_token());
    clock.shift(60);
    let error = account.token().await.expect_err("it has expired");
    assert!(error.is_temporary(), "{error:?}");
}

#[tokio::test]
async fn with_a_wrong_secret_are_refused() {
    let provider = NpmProvider::start(&Options::default()).await;
    let account = ServiceAccount::builder(provider.issuer(), "test-machine-basic")
        .secret("guess")
        .build()
        .expect("the settings are sound");
    match account.token().await {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.code(), Some("invalid_client")),
        result => panic!("{result:?}"),
    }
}
