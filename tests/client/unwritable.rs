//! A place for tokens that can no longer be written to.

use std::fs;

use oidc_client::{Error, FileStore};
use oidc_devidp::Endpoint;

use crate::applications::{ALICE, TestClock, at_embedded};

/// The life of the tokens is 300 seconds.
const DUE: i64 = 280;

/// A refresh token serves once, so it is not spent where the next one would get lost.
#[tokio::test]
async fn a_refresh_token_is_not_spent_in_vain() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let directory = home.path().join("tokens");
        let clock = TestClock::default();
        let client = || {
            let client = application.client(&clock).store(FileStore::at(&directory));
            client.build().expect("the settings are sound")
        };
        let first = client();
        let old = first.sign_in(ALICE.code_flow()).await.expect("a token");
        let files = fs::read_dir(&directory).expect("it is readable");
        let mut files = files.map(|file| file.expect("it is readable").path());
        let stored = files
            .find(|path| path.extension().is_some_and(|end| end == "json"))
            .expect("a file with the token");
        // In the way of each new file, whoever runs the tests.
        let obstacle = stored.with_extension("new");
        fs::create_dir(&obstacle).expect("created");
        let before = fs::read(&stored).expect("it is readable");

        let idp = application.idp();
        idp.reset_hits();
        clock.shift(DUE);
        let name = &application.name;
        let token = first.token().await.expect("it is still valid");
        assert_eq!(token.access_token(), old.access_token(), "{name}");
        clock.shift(60);
        let error = first.token().await.expect_err("it has expired");
        assert!(matches!(error, Error::Store(_)), "{name}: {error}");
        assert_eq!(idp.hits(Endpoint::Token), 0, "{name}");
        assert_eq!(fs::read(&stored).expect("readable"), before, "{name}");

        fs::remove_dir(&obstacle).expect("removed");
        let next = first.token().await.expect("a token");
        assert!(next.not_stored().is_none(), "{name}");
        let other = client().token().await.expect("the token of before");
        assert_eq!(other.access_token(), next.access_token(), "{name}");
    })
    .await;
}
