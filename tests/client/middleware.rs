//! Requests that carry the token.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::any;
use oidc_client::{Bearer, Client};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

use crate::applications::{ALICE, TestClock, at_embedded};
use crate::scripted::serve;

/// The credentials that a server got.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Option<String>>>>);

impl Seen {
    fn note(&self, headers: &HeaderMap) {
        let credentials = headers.get(header::AUTHORIZATION);
        let credentials = credentials.map(|value| value.to_str().expect("ASCII").to_owned());
        self.0.lock().expect("nobody panicked").push(credentials);
    }

    fn take(&self) -> Vec<Option<String>> {
        std::mem::take(&mut *self.0.lock().expect("nobody panicked"))
    }
}

/// A server that is not the application.
async fn stranger() -> (String, Seen) {
    let seen = Seen::default();
    let answer = async |State(seen): State<Seen>, headers: HeaderMap| seen.note(&headers);
    let router = Router::new().fallback(any(answer)).with_state(seen.clone());
    (serve(router).await, seen)
}

fn with_token(client: &Client) -> ClientWithMiddleware {
    let http = reqwest::Client::builder().no_proxy().build();
    let http = http.expect("the settings are sound");
    ClientBuilder::new(http).with(Bearer::of(client)).build()
}

#[tokio::test]
async fn goes_to_the_application_only() {
    at_embedded(async |application| {
        let client = application
            .client(&TestClock::default())
            .build()
            .expect("sound");
        let token = client.sign_in(ALICE.code_flow()).await.expect("a token");
        let http = with_token(&client);
        let name = &application.name;

        let own = client.server().userinfo_url().clone();
        let answer = http.get(own.clone()).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{name}");

        let (other, seen) = stranger().await;
        for url in [other.clone(), other.replace("127.0.0.1", "localhost")] {
            http.get(url).send().await.expect("an answer");
        }
        assert_eq!(seen.take(), [None, None], "{name}");

        // What a request carries already stays.
        let request = http.get(&other).header(header::AUTHORIZATION, "Basic eDp5");
        request.send().await.expect("an answer");
        assert_eq!(seen.take(), [Some("Basic eDp5".to_owned())]);
        assert!(!format!("{http:?}").contains(token.access_token()));
    })
    .await;
}
