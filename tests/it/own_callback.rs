//! The sign-in that ends at the application's own callback, in one browser.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::contract;
use crate::support::process::Server;
use crate::support::provider::{NpmProvider, Options};
use crate::support::user_agent::{Landing, UserAgent};

fn login(app: &Server) -> String {
    let callback = contract::auth_url(app, "callback");
    format!(
        "{}?redirect_uri={callback}",
        contract::auth_url(app, "login")
    )
}

fn json(landing: &Landing) -> Value {
    serde_json::from_str(&landing.body).unwrap_or_else(|error| panic!("{error}: {landing:?}"))
}

#[tokio::test]
async fn hands_out_the_tokens() {
    let provider = NpmProvider::start(&Options::default()).await;
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &[]).await;
        let landing = UserAgent::approving("alice").visit(&login(&app)).await;
        assert_eq!(
            landing.status,
            Some(StatusCode::OK),
            "{example}: {landing:?}"
        );
        assert_eq!(json(&landing)["token_type"], "Bearer", "{example}");
    }
}

#[tokio::test]
async fn reports_that_the_user_declined() {
    let provider = NpmProvider::start(&Options::default()).await;
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &[]).await;
        let landing = UserAgent::declining("alice").visit(&login(&app)).await;
        assert_eq!(
            landing.status,
            Some(StatusCode::BAD_REQUEST),
            "{example}: {landing:?}"
        );
        assert_eq!(json(&landing)["error"], "access_denied", "{example}");
    }
}

#[tokio::test]
async fn rejects_the_code_in_another_browser() {
    let provider = NpmProvider::start(&Options::default()).await;
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &[]).await;
        let callback = contract::auth_url(&app, "callback");
        let stopped = UserAgent::approving("alice")
            .visit_until(&login(&app), &callback)
            .await;
        let landing = UserAgent::approving("alice")
            .visit(stopped.url.as_str())
            .await;
        assert_eq!(
            landing.status,
            Some(StatusCode::BAD_REQUEST),
            "{example}: {landing:?}"
        );
        assert_eq!(json(&landing)["error"], "invalid_request", "{example}");
    }
}
