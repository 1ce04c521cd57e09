//! Where tokens are kept, and what is left alone.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use oidc_client::{Client, Error, FileStore};

use crate::applications::{ALICE, Application, TestClock, at_embedded};

fn client(application: &Application, directory: &Path) -> Client {
    let client = application.client(&TestClock::default());
    let client = client.store(FileStore::at(directory)).build();
    client.expect("the settings are sound")
}

/// The file with the token.
fn entry(directory: &Path) -> PathBuf {
    let files = fs::read_dir(directory).expect("the directory is readable");
    let files = files.map(|file| file.expect("it is readable").path());
    let mut tokens = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    tokens.next().expect("a token is stored")
}

#[tokio::test]
async fn only_the_owner_may_read_them() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let directory = home.path().join("a/tokens");
        let first = client(&application, &directory);
        first.sign_in(ALICE.code_flow()).await.expect("a token");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o777;
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(mode(&entry(&directory)), 0o600);

        // Another program of this user finds it; another application does not.
        let second = client(&application, &directory);
        let token = second.token().await.expect("a token");
        assert_eq!(
            token.access_token(),
            first.token().await.expect("a token").access_token()
        );
        let other = Client::builder(format!("{}/other", application.address));
        let other = other
            .store(FileStore::at(&directory))
            .build()
            .expect("sound");
        assert!(matches!(other.token().await, Err(Error::SignInRequired(_))));

        // A file that others may read is not used, and stays as it is.
        fs::set_permissions(entry(&directory), Permissions::from_mode(0o644)).expect("changed");
        refused_and_unchanged(&second, &entry(&directory)).await;
    })
    .await;
}

#[tokio::test]
async fn files_of_others_stay_as_they_are() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let client = client(&application, home.path());
        fs::set_permissions(home.path(), Permissions::from_mode(0o700)).expect("changed");
        client.sign_in(ALICE.code_flow()).await.expect("a token");
        let path = entry(home.path());
        let good = fs::read_to_string(&path).expect("it is readable");
        let newer = good.replace("\"version\":1", "\"version\":2");
        assert_ne!(newer, good, "the file says its version: {good}");
        for content in ["", "{}", "[1]", "not JSON", &good[..good.len() / 2], &newer] {
            fs::write(&path, content).expect("it is writable");
            refused_and_unchanged(&client, &path).await;
        }
        fs::write(&path, good).expect("it is writable");
        client.token().await.expect("a token");
    })
    .await;
}

async fn refused_and_unchanged(client: &Client, path: &Path) {
    let before = fs::read(path).expect("it is readable");
    let refused = client.token().await;
    assert!(matches!(refused, Err(Error::Store(_))), "{refused:?}");
    let refused = client.sign_in(ALICE.code_flow()).await;
    assert!(matches!(refused, Err(Error::Store(_))), "{refused:?}");
    assert_eq!(fs::read(path).expect("it is readable"), before);
}

/// A token that cannot be stored is good all the same, and says so.
#[tokio::test]
async fn a_place_that_cannot_be_written_costs_no_sign_in() {
    at_embedded(async |application| {
        // Nobody may create files there, whoever runs the tests.
        let client = client(&application, Path::new("/proc/oidc-client-tests"));
        let token = client.sign_in(ALICE.code_flow()).await.expect("a token");
        assert!(token.not_stored().is_some());
        let again = client.token().await.expect("this process has it");
        assert_eq!(again.access_token(), token.access_token());
    })
    .await;
}

/// The companion client keeps its tokens in a file of its own.
#[tokio::test]
async fn the_companion_client_is_not_disturbed() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let theirs = home.path().join("token-store.json");
        let content = r#"{"http://127.0.0.1":{"token":{"access_token":"a"},"stored_at":1}}"#;
        fs::write(&theirs, content).expect("it is writable");
        fs::set_permissions(home.path(), Permissions::from_mode(0o700)).expect("changed");
        let client = client(&application, home.path());
        client.sign_in(ALICE.code_flow()).await.expect("a token");
        client.token().await.expect("a token");
        client.sign_out().await.expect("it is removed");
        assert_eq!(fs::read_to_string(&theirs).expect("readable"), content);
    })
    .await;
}
