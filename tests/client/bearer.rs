//! What the middleware sends to whom, and what it does when a token is rejected.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Json, Router};
use oidc_client::{Bearer, Client, DeviceFlow, Error, MemoryStore, ServiceAccount};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use serde_json::{Value, json};

use crate::applications::TestClock;
use crate::scripted;
use crate::support::provider::{NpmProvider, Options};

/// An application that issues `token-1`, `token-2` and so on.
#[derive(Clone, Default)]
struct Application {
    issued: Arc<AtomicUsize>,
    seen: Seen,
    /// Where `/away` redirects to.
    away: Arc<str>,
}

/// The `Authorization` headers of the requests, in their order, each with the body.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Request>>>);

type Request = (Option<String>, String);

impl Seen {
    fn note(&self, headers: &HeaderMap, body: String) -> Option<String> {
        let token = headers.get(header::AUTHORIZATION);
        let token = token.map(|value| value.to_str().expect("ASCII").to_owned());
        let mut seen = self.0.lock().expect("nobody panicked");
        seen.push((token.clone(), body));
        token
    }

    fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.0.lock().expect("nobody panicked"))
    }

    fn take_tokens(&self) -> Vec<Option<String>> {
        self.take().into_iter().map(|(token, _)| token).collect()
    }
}

async fn device() -> Json<Value> {
    Json(json!({
        "device_code": "code",
        "user_code": "ABCD",
        "verification_uri": "http://127.0.0.1/device",
        "expires_in": 600,
        "interval": 1,
    }))
}

async fn token(State(application): State<Application>) -> Json<Value> {
    let number = application.issued.fetch_add(1, Ordering::Relaxed) + 1;
    Json(json!({
        "access_token": format!("token-{number}"),
        "token_type": "Bearer",
        "expires_in": 300,
        "refresh_token": "refresh",
    }))
}

/// `/orders` rejects the first token, `/closed` each one, and `/admin` wants another scope.
async fn guarded(
    State(application): State<Application>,
    headers: HeaderMap,
    uri: Uri,
    body: String,
) -> Response {
    let token = application.seen.note(&headers, body);
    let refused = |status, error: &str| {
        let challenge = format!("Bearer error=\"{error}\"");
        (status, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
    };
    match uri.path() {
        "/closed" => refused(StatusCode::UNAUTHORIZED, "invalid_token"),
        "/admin" => refused(StatusCode::FORBIDDEN, "insufficient_scope"),
        "/malformed" => refused(StatusCode::UNAUTHORIZED, "invalid_request"),
        "/away" => {
            let to = application.away.to_string();
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        }
        _ if token.as_deref() == Some("Bearer token-1") => {
            refused(StatusCode::UNAUTHORIZED, "invalid_token")
        }
        _ => StatusCode::OK.into_response(),
    }
}

async fn start(away: &str) -> (String, Application) {
    let application = Application {
        away: away.into(),
        ..Application::default()
    };
    let router = Router::new()
        .route("/auth/v2/device", post(device))
        .route("/auth/v2/token", post(token))
        .fallback(any(guarded))
        .with_state(application.clone());
    (scripted::serve(router).await, application)
}

/// A client that is signed in with `token-1`.
async fn signed_in(address: &str) -> Client {
    let client = Client::builder(address)
        .store(MemoryStore::default())
        .clock(TestClock::default());
    let client = client.build().expect("the settings are sound");
    let flow = DeviceFlow::new().show(|_| ());
    client.sign_in(flow).await.expect("a token");
    client
}

fn with(bearer: Bearer) -> ClientWithMiddleware {
    let http = reqwest::Client::builder().no_proxy().build();
    let http = http.expect("the settings are sound");
    ClientBuilder::new(http).with(bearer).build()
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once() {
    let (address, application) = start("").await;
    let http = with(Bearer::of(&signed_in(&address).await));
    let request = http.post(format!("{address}/orders")).body("two pears");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let pears = || "two pears".to_owned();
    assert_eq!(
        application.seen.take(),
        [
            (Some(bearer("token-1")), pears()),
            (Some(bearer("token-2")), pears())
        ]
    );

    // The new one is used from now on.
    http.get(format!("{address}/orders"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(application.seen.take_tokens(), [Some(bearer("token-2"))]);
    assert_eq!(application.issued.load(Ordering::Relaxed), 2);

    let answer = http.get(format!("{address}/closed")).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        application.seen.take_tokens(),
        [Some(bearer("token-2")), Some(bearer("token-3"))]
    );
}

/// Another token would not help.
#[tokio::test]
async fn other_refusals_are_no_reason_to_renew() {
    let (address, application) = start("").await;
    let http = with(Bearer::of(&signed_in(&address).await));
    for path in ["/admin", "/malformed"] {
        let answer = http.get(format!("{address}{path}")).send().await;
        assert!(answer.expect("an answer").status().is_client_error());
        assert_eq!(
            application.seen.take_tokens(),
            [Some(bearer("token-1"))],
            "{path}"
        );
    }
    assert_eq!(application.issued.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_redirect_to_another_origin_gets_no_token() {
    let (elsewhere, other) = start("").await;
    for elsewhere in [&elsewhere, &elsewhere.replace("127.0.0.1", "localhost")] {
        let (address, application) = start(&format!("{elsewhere}/closed")).await;
        let http = with(Bearer::of(&signed_in(&address).await));
        let answer = http.get(format!("{address}/away")).send().await;
        // A challenge of the other origin is none to the token.
        assert_eq!(
            answer.expect("an answer").status(),
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(application.seen.take_tokens(), [Some(bearer("token-1"))]);
        assert_eq!(other.seen.take_tokens(), [None]);
        assert_eq!(application.issued.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn a_service_account_has_one_origin() {
    let provider = NpmProvider::start(&Options::default()).await;
    let account = ServiceAccount::builder(provider.issuer(), "test-machine")
        .secret(Options::default().client_secret)
        .secret_in_form()
        .build()
        .expect("the settings are sound");
    let (address, application) = start("").await;
    let (elsewhere, other) = start("").await;
    let http = with(Bearer::of_account(&account, &address).expect("an origin"));
    for address in [&address, &elsewhere] {
        let answer = http.get(format!("{address}/orders")).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    }
    let token = account.token().await.expect("a token");
    assert_eq!(
        application.seen.take_tokens(),
        [Some(bearer(token.access_token()))]
    );
    assert_eq!(other.seen.take_tokens(), [None]);

    let plain = Bearer::of_account(&account, "http://shop.example");
    assert!(matches!(plain, Err(Error::Settings(_))), "{plain:?}");
}
