//! The contract app: its key from the environment, and what ends it.

use std::process::Command;

use serde_json::{Value, json};

use super::{KID, key_path, key_pem};
use crate::support::contract::EXAMPLES;
use crate::support::process::{Server, example};

const CLIENT: [(&str, &str); 2] = [
    ("OIDC_CLIENT_ID", "app"),
    ("OIDC_DISCOVERY_URL", "https://login.example.org"),
];

#[tokio::test]
async fn publishes_its_key() {
    let key = key_path("ed25519");
    let settings = [("OIDC_CLIENT_KEY_FILE", &*key), ("OIDC_CLIENT_KEY_ID", KID)];
    for name in EXAMPLES {
        for (settings, kid) in [(&settings[..], json!(KID)), (&[], Value::Null)] {
            let app = Server::example(name, &[&CLIENT, settings].concat()).await;
            let keys = reqwest::get(format!("{}/api/test/client.jwks", app.url())).await;
            let keys: Value = keys.expect("a response").json().await.expect("JSON");
            assert_eq!(keys["keys"][0]["kid"], kid, "{name}: {keys}");
        }
    }
}

#[test]
fn ends_with_a_mistake() {
    for name in EXAMPLES {
        for key in ["rsa_1024", "encrypted", "public", "missing"] {
            let path = key_path(key);
            let mut command = Command::new(example(name));
            command.envs(CLIENT).env("OIDC_CLIENT_KEY_FILE", &path);
            let output = command.output().expect("the example runs");
            assert_eq!(output.status.code(), Some(2), "{name}, {key}: {output:?}");
            let printed = String::from_utf8_lossy(&output.stderr);
            for part in ["OIDC_CLIENT_KEY_FILE", &path] {
                assert!(printed.contains(part), "{name}, {key}: {printed}");
            }
            if key != "missing" {
                let content = key_pem(key);
                let line = content.lines().nth(1).expect("a line of the key");
                assert!(!printed.contains(line), "{name}, {key}");
            }
        }
    }
}
