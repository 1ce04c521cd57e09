//! How an application is asked for the tokens of a device, and what it may ask a person to do.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use oidc_client::{Client, Clock, DeviceFlow, Error, MemoryStore, Token};
use serde_json::{Value, json};

use crate::scripted;

/// Answers of the token endpoint, the last one first.
type Script = Arc<Mutex<Vec<(u16, Value)>>>;

/// Notes the pauses, and lets them pass at once.
#[derive(Clone, Default)]
struct Pauses(Arc<Mutex<Vec<u64>>>);

impl Pauses {
    fn take(&self) -> Vec<u64> {
        std::mem::take(&mut *self.0.lock().expect("nobody panicked"))
    }
}

impl Clock for Pauses {
    fn now(&self) -> SystemTime {
        let passed = self.0.lock().expect("nobody panicked").iter().sum();
        SystemTime::now() + Duration::from_secs(passed)
    }

    fn sleep(&self, pause: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut pauses = self.0.lock().expect("nobody panicked");
        pauses.push(pause.as_secs());
        Box::pin(std::future::ready(()))
    }
}

fn prompt() -> Value {
    json!({
        "device_code": "code",
        "user_code": "ABCD-EFGH",
        "verification_uri": "https://login.example/device",
        "expires_in": 600,
        "interval": 5,
    })
}

fn token() -> (u16, Value) {
    let token = json!({ "access_token": "a-t", "token_type": "bearer", "expires_in": 300 });
    (200, token)
}

async fn application(prompt: Value, answers: &[(u16, Value)]) -> String {
    let script = Script::default();
    let reversed = answers.iter().rev().cloned();
    script.lock().expect("nobody panicked").extend(reversed);
    let next = async |State(script): State<Script>| {
        let next = script.lock().expect("nobody panicked").pop();
        let (status, body) = next.expect("it is asked no more often than this");
        (StatusCode::from_u16(status).expect("a status"), Json(body))
    };
    let router = Router::new()
        .route("/auth/v2/device", post(async || Json(prompt)))
        .route("/auth/v2/token", post(next))
        .with_state(script);
    scripted::serve(router).await
}

async fn sign_in(address: &str, pauses: &Pauses, flow: DeviceFlow) -> Result<Token, Error> {
    let client = Client::builder(address)
        .store(MemoryStore::default())
        .clock(pauses.clone())
        .build()?;
    client.sign_in(flow).await
}

/// With the given answers, and no need to see the prompt.
async fn polled(answers: &[(u16, Value)]) -> (Result<Token, Error>, Vec<u64>) {
    let pauses = Pauses::default();
    let address = application(prompt(), answers).await;
    let result = sign_in(&address, &pauses, DeviceFlow::new().show(|_| ())).await;
    (result, pauses.take())
}

/// The errors of the reference implementation are in `detail`.
fn error(status: u16, code: &str) -> [(u16, Value); 2] {
    [
        (status, json!({ "error": code })),
        (status, json!({ "detail": { "error": code } })),
    ]
}

#[tokio::test]
async fn whoever_is_too_fast_slows_down() {
    for number in 0..2 {
        let [pending, slow_down] =
            ["authorization_pending", "slow_down"].map(|code| error(400, code)[number].clone());
        let answers = [
            pending.clone(),
            slow_down.clone(),
            pending,
            slow_down,
            token(),
        ];
        let (result, pauses) = polled(&answers).await;
        assert_eq!(result.expect("a token").access_token(), "a-t");
        assert_eq!(pauses, [5, 5, 10, 10, 15]);
    }
}

/// An application in trouble is asked less and less often.
#[tokio::test]
async fn outages_are_borne() {
    let trouble = || (503, json!({}));
    let pending = error(400, "authorization_pending")[0].clone();
    let answers = [trouble(), trouble(), trouble(), pending, token()];
    let (result, pauses) = polled(&answers).await;
    assert_eq!(result.expect("a token").access_token(), "a-t");
    assert_eq!(pauses, [5, 10, 20, 40, 5]);
}

#[tokio::test]
async fn ends_are_told_apart() {
    for answer in error(400, "access_denied") {
        let (result, _) = polled(&[answer]).await;
        assert!(matches!(result, Err(Error::AccessDenied)), "{result:?}");
    }
    for answer in error(400, "expired_token") {
        let (result, _) = polled(&[answer]).await;
        assert!(matches!(result, Err(Error::TimedOut)), "{result:?}");
    }
    for answer in error(400, "invalid_grant") {
        let (result, _) = polled(&[answer]).await;
        assert!(
            matches!(&result, Err(Error::Refused(refusal)) if refusal.code() == Some("invalid_grant")),
            "{result:?}"
        );
    }
}

/// Nobody is asked to open what starts a program, or to read what changes the terminal.
#[tokio::test]
async fn prompts_that_lie_are_not_shown() {
    let cases = [
        ("verification_uri", json!("javascript:alert(1)")),
        ("verification_uri", json!("file:///etc/passwd")),
        ("verification_uri", json!("\u{1b}]0;x\u{7}")),
        ("verification_uri", json!(null)),
        ("verification_uri_complete", json!("ms-calculator:")),
        ("user_code", json!("\u{1b}[2J")),
        ("user_code", json!("x".repeat(100_000))),
        ("device_code", json!("")),
        ("expires_in", json!(0)),
    ];
    for (name, value) in cases {
        let mut prompt = prompt();
        prompt[name] = value.clone();
        let address = application(prompt, &[]).await;
        let flow = DeviceFlow::new().show(|prompt| panic!("it was shown: {prompt}"));
        let result = sign_in(&address, &Pauses::default(), flow).await;
        assert!(
            matches!(result, Err(Error::Unusable(_))),
            "{name}: {result:?}"
        );
    }
}
