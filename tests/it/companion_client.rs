//! The Python companion client signs in to an application built on this crate, as it is: on each
//! framework, with each provider.

use std::time::Duration;

use oidc_devidp::{DevIdp, TestIdp};
use serde_json::Value;
use tokio::time::{interval, timeout};

use crate::support::contract;
use crate::support::either_provider::Provider;
use crate::support::process::Server;
use crate::support::provider::{CONFIDENTIAL_CLIENT, PUBLIC_CLIENT};
use crate::support::python::companion_client;

const CLIENT_SECRET: &str = "s3cret+/%: &=";

/// What a client is told to do, and what comes of it.
struct Scenario {
    /// Described in `client.py`.
    arguments: &'static [&'static str],
    confidential: bool,
    device_flow: bool,
    outcome: Outcome,
}

enum Outcome {
    SignedIn(&'static str),
    /// The client gives up with this message.
    Failed(&'static str),
}

const PLAIN: Scenario = Scenario {
    arguments: &[],
    confidential: false,
    device_flow: true,
    outcome: Outcome::SignedIn("alice"),
};

macro_rules! scenarios {
    ($($name:ident: { $($setting:tt)* },)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                Scenario { $($setting)*, ..PLAIN }.play().await;
            }
        )*
    };
}

scenarios! {
    code_flow_signs_in_and_refreshes: {
        arguments: &["code", "--refresh"]
    },
    code_flow_of_another_user: {
        arguments: &["code", "--user", "bob"],
        outcome: Outcome::SignedIn("bob")
    },
    code_flow_signs_in_to_a_confidential_client: {
        arguments: &["code", "--refresh"],
        confidential: true
    },
    device_flow_signs_in_and_refreshes: {
        arguments: &["device", "--refresh"]
    },
    device_flow_signs_in_to_a_confidential_client: {
        arguments: &["device"],
        confidential: true
    },
    device_flow_ends_when_the_user_declines: {
        arguments: &["device", "--decline"],
        outcome: Outcome::Failed("Device flow failed: access_denied")
    },
    device_flow_is_the_first_choice: {
        arguments: &["auto"]
    },
    code_flow_is_the_second_choice: {
        arguments: &["auto", "--refresh"],
        device_flow: false
    },
}

impl Scenario {
    async fn play(&self) {
        for provider in Provider::both(CLIENT_SECRET, self.device_flow).await {
            for example in contract::EXAMPLES {
                let app = start(example, &self.settings(&provider)).await;
                let outcome = run(&app, self.arguments).await;
                println!("{example} with {}: {outcome}", provider.discovery_url());
                self.check(&app, &outcome).await;
            }
        }
    }

    fn settings(&self, provider: &Provider) -> Vec<(&'static str, String)> {
        let client_id = if self.confidential {
            CONFIDENTIAL_CLIENT
        } else {
            PUBLIC_CLIENT
        };
        let mut settings = vec![
            ("OIDC_CLIENT_ID", client_id.to_owned()),
            ("OIDC_DISCOVERY_URL", provider.discovery_url()),
        ];
        if self.confidential {
            settings.push(("OIDC_CLIENT_SECRET", CLIENT_SECRET.to_owned()));
        }
        settings
    }

    async fn check(&self, app: &Server, outcome: &Value) {
        let user = match self.outcome {
            Outcome::SignedIn(user) => user,
            Outcome::Failed(message) => {
                assert_eq!(outcome["message"], message);
                return;
            }
        };
        assert_eq!(outcome["ok"], true);
        assert_eq!(subject(app, &outcome["token"]).await, user);
        if self.arguments.contains(&"--refresh") {
            let [token, refreshed] = [&outcome["token"], &outcome["refreshed"]];
            assert_eq!(subject(app, refreshed).await, user);
            assert_ne!(token["refresh_token"], refreshed["refresh_token"]);
        }
        let opened = outcome["pages"][0]["opened"].as_str().unwrap_or_default();
        let device = self.device_flow && self.arguments[0] != "code";
        assert_eq!(opened.contains("/auth/v2/login?"), !device);
        assert_no_secret_is_printed(app, outcome);
    }
}

fn assert_no_secret_is_printed(app: &Server, outcome: &Value) {
    for name in ["access_token", "refresh_token"] {
        let secret = outcome["token"][name].as_str().expect("a token");
        assert!(!app.output().contains(secret), "the log holds the {name}");
    }
    assert!(!app.output().contains(CLIENT_SECRET));
}

async fn start(example: &str, settings: &[(&str, String)]) -> Server {
    let borrowed = settings.iter().map(|(name, value)| (*name, value.as_str()));
    Server::example(example, &borrowed.collect::<Vec<_>>()).await
}

async fn run(app: &Server, arguments: &[&str]) -> Value {
    let host = format!("{}/api/test", app.url());
    companion_client(&[arguments, &["--host", &host]].concat()).await
}

/// The subject that `/protected` sees in a token of the client.
async fn subject(app: &Server, token: &Value) -> Value {
    let header = token["headers"]["Authorization"]
        .as_str()
        .expect("the client's own header");
    let request = reqwest::Client::new().get(format!("{}/protected", app.url()));
    let response = request
        .header("authorization", header)
        .send()
        .await
        .expect("a response");
    response.json::<Value>().await.expect("JSON")["sub"].clone()
}

/// The npm provider never responds `slow_down`. The embedded one does, because of a request a moment
/// before; then its clock advances, and the client, which continues to poll, gets its tokens.
#[tokio::test]
async fn device_flow_slows_down() {
    for example in contract::EXAMPLES {
        let builder = DevIdp::builder().configure(|config| config.device_interval = 1);
        let idp = TestIdp::start_with(builder).await;
        let settings = [
            ("OIDC_CLIENT_ID", idp.client_id().to_owned()),
            ("OIDC_DISCOVERY_URL", idp.discovery_url()),
            ("RUST_LOG", "oidc_runtime=debug".to_owned()),
        ];
        let app = start(example, &settings).await;
        let patience = async {
            until_rejected(&app, 2).await;
            idp.advance(Duration::from_secs(20));
        };
        let (outcome, ()) = tokio::join!(run(&app, &["device", "--hasty"]), patience);
        assert_eq!(outcome["ok"], true, "{example}: {outcome}");
        assert_eq!(
            outcome["hasty"]["error"], "authorization_pending",
            "{outcome}"
        );
        assert_eq!(subject(&app, &outcome["token"]).await, "alice", "{example}");
        assert_eq!(idp.hits(oidc_devidp::Endpoint::Token), 3, "{example}");
    }
}

/// Waits until the application has rejected so many requests to its sign-in endpoints.
async fn until_rejected(app: &Server, times: usize) {
    let mut ticks = interval(Duration::from_millis(20));
    let rejected = async {
        while app.output().matches("\"provider_refused\"").count() < times {
            ticks.tick().await;
        }
    };
    let waited = timeout(Duration::from_secs(60), rejected).await;
    assert!(waited.is_ok(), "no {times} rejections:\n{}", app.output());
}
