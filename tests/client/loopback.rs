//! The loopback port: nothing but the answer to this sign-in ends it.

use reqwest::{Method, StatusCode, Url};
use tokio::runtime::Runtime;

use crate::applications::{ALICE, TestClock, at_embedded};

/// Sends what others could send: a page in the browser, another program of this machine.
async fn forge(port: u16, state: &str) {
    let http = reqwest::Client::new();
    let forged = format!("code=forged&state={state}x");
    let real = format!("code=forged&state={state}");
    let cases = [
        (Method::GET, "/callback?code=forged", None, 400),
        (Method::GET, "/callback?code=forged&state=", None, 400),
        (Method::GET, &*format!("/callback?{forged}"), None, 400),
        (
            Method::GET,
            "/callback?error=access_denied&state=x",
            None,
            400,
        ),
        (Method::GET, "/callback", None, 400),
        (Method::POST, &*format!("/callback?{real}"), None, 405),
        (Method::HEAD, &*format!("/callback?{real}"), None, 405),
        (Method::GET, &*format!("/?{real}"), None, 404),
        (
            Method::GET,
            &*format!("/callback?{real}"),
            Some("attacker.example"),
            421,
        ),
    ];
    for (method, path, host, status) in cases {
        let url = format!("http://127.0.0.1:{port}{path}");
        let mut request = http.request(method.clone(), url);
        if let Some(host) = host {
            request = request.header("host", format!("{host}:{port}"));
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{method} {path} {host:?}");
        let body = answer.text().await.expect("a text");
        assert!(!body.contains("forged") && !body.contains(state), "{body}");
    }
}

#[tokio::test]
async fn takes_no_forged_answer() {
    at_embedded(async |application| {
        let client = application
            .client(&TestClock::default())
            .build()
            .expect("sound");
        let flow = ALICE.code_flow().open(|address| {
            let address = Url::parse(address).expect("a URL");
            let get = |name: &str| {
                let mut all = address.query_pairs();
                all.find(|(known, _)| known == name)
                    .map(|(_, value)| value.into_owned())
            };
            let back = Url::parse(&get("redirect_uri").expect("it is there")).expect("a URL");
            let state = get("state").expect("it is there");
            let state: String = form_encoded(&state);
            let port = back.port().expect("a port");
            let runtime = Runtime::new().expect("a runtime starts");
            runtime.block_on(forge(port, &state));
            ALICE.visit(address.as_str());
        });
        client.sign_in(flow).await.expect("a token");
        let user = client.user_info().await.expect("an answer");
        assert_eq!(user.username(), "alice", "{}", application.name);
    })
    .await;
}

fn form_encoded(text: &str) -> String {
    let url = Url::parse_with_params("http://a", [("a", text)]).expect("a URL");
    let query = url.query().expect("a query");
    query.trim_start_matches("a=").to_owned()
}

/// The page says that the person can go, and can be neither kept nor framed.
#[tokio::test]
async fn answers_with_a_page() {
    at_embedded(async |application| {
        let client = application
            .client(&TestClock::default())
            .build()
            .expect("sound");
        let (sender, mut pages) = tokio::sync::mpsc::unbounded_channel();
        let flow = ALICE.code_flow().open(move |address| {
            let agent = crate::support::user_agent::UserAgent::approving("alice");
            let runtime = Runtime::new().expect("a runtime starts");
            let landing = runtime.block_on(agent.visit(address));
            sender.send(landing).expect("somebody listens");
        });
        client.sign_in(flow).await.expect("a token");
        let landing = pages.recv().await.expect("a page");
        assert_eq!(landing.status, Some(StatusCode::OK));
        assert!(
            landing.body.contains("close this window"),
            "{}",
            landing.body
        );
        let code = landing.query("code").expect("a code");
        assert!(!landing.body.contains(&code));
    })
    .await;
}
