//! Every request to the provider under every fault: what the response contains, and what it does
//! not.

use std::time::Duration;

use oidc_devidp::{Algorithm, DevIdp, Endpoint, Fault};
use reqwest::{Method, RequestBuilder};

use super::userinfo::lean;
use super::{Browser, NATIVE, app, assert_error, parameter};
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

/// The timeout for responses that never arrive. Other cases use a long timeout, so that they pass
/// on a busy machine.
const IMPATIENT: Duration = Duration::from_millis(300);
const PATIENT: Duration = Duration::from_secs(60);
/// The time between two refreshes for an unknown key.
const COOL_DOWN: Duration = Duration::from_secs(31);
/// Texts of the provider that must not be passed on.
const PROVIDERS_WORDS: [&str; 3] = ["Oops", "not what you asked for", "internal.example"];

/// The provider's behaviour, and the resulting status.
fn faults(elsewhere: &str) -> Vec<(Fault, u16)> {
    let bodies = [
        "null",
        "true",
        "7",
        r#""internal.example""#,
        "[]",
        "[{}]",
        "{}",
        "{",
        r#"{"internal.example":1}"#,
        r#"{"error":"internal.example"}"#,
        r#"{"access_token":null,"token_type":"Bearer","device_code":null,"sub":null,"keys":null}"#,
        r#"{"access_token":["a"],"token_type":{},"device_code":[],"sub":[],"keys":{}}"#,
        r#"{"access_token":"a","device_code":"d","user_code":"u","keys":[]}"#,
        r#"{"access_token":"a","token_type":"mac","sub":"mallory","keys":[null]}"#,
    ];
    let mut faults = vec![
        (Fault::Down, 503),
        (Fault::Status(500), 502),
        (Fault::Status(503), 502),
        (Fault::Status(204), 502),
        (Fault::Garbage, 502),
        (Fault::Huge(2 << 20), 502),
        (Fault::GzipBomb, 502),
        (Fault::Redirect(elsewhere.to_owned()), 502),
        (Fault::Empty, 502),
    ];
    faults.extend(bodies.map(|body| (Fault::Body(body.to_owned()), 502)));
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    faults.push((Fault::Body(deep), 502));
    faults
}

/// What keeps the application waiting.
fn silences() -> [(Fault, u16); 2] {
    [(Fault::Slow(10 * PATIENT), 504), (Fault::Drip, 504)]
}

/// The result of an error response without a code. A token endpoint rejects the grant, a userinfo
/// endpoint the access token; the others have no reason to reject a request.
fn refusals(endpoint: Endpoint) -> Vec<(Fault, u16)> {
    let expected = |status| match (endpoint, status) {
        (Endpoint::Token, 400 | 403 | 410 | 422) => 400,
        (Endpoint::Userinfo, _) => 404,
        _ => 502,
    };
    let statuses = [400, 401, 403, 404, 405, 410, 422];
    let refusal = |status| (Fault::Status(status), expected(status));
    statuses.map(refusal).to_vec()
}

/// A request for which the application needs the provider.
#[derive(Clone, Copy, Debug)]
enum Request {
    Callback,
    Code,
    OwnVerifier,
    Refresh,
    DeviceCode,
    Device,
    Userinfo,
    /// The provider has replaced its keys since the sign-in began.
    CallbackAfterRotation,
}

/// The requests, and which of the provider's endpoints they need.
const CALLS: [(Request, Endpoint); 8] = [
    (Request::Callback, Endpoint::Token),
    (Request::Code, Endpoint::Token),
    (Request::OwnVerifier, Endpoint::Token),
    (Request::Refresh, Endpoint::Token),
    (Request::DeviceCode, Endpoint::Token),
    (Request::Device, Endpoint::Device),
    (Request::Userinfo, Endpoint::Userinfo),
    (Request::CallbackAfterRotation, Endpoint::Jwks),
];

impl Request {
    /// The preceding requests, while the provider works.
    async fn prepare(self, browser: &Browser<'_>, bench: &Bench) -> RequestBuilder {
        let token = |form: &[(&str, &str)]| browser.request(Method::POST, "token").form(form);
        match self {
            Self::Callback => {
                let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
                browser.client.get(landing)
            }
            Self::CallbackAfterRotation => {
                let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
                bench.advance(COOL_DOWN);
                bench.idp.rotate_keys();
                browser.client.get(landing)
            }
            Self::Code => {
                let landing = browser.sign_in(&bench.idp, NATIVE).await;
                let [code, state] = ["code", "state"].map(|name| parameter(&landing, name));
                token(&[
                    ("code", &code.expect("a code")),
                    ("redirect_uri", NATIVE),
                    ("code_verifier", &state.expect("a state")),
                ])
            }
            Self::OwnVerifier => token(&[
                ("code", "c"),
                ("redirect_uri", NATIVE),
                (
                    "code_verifier",
                    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                ),
            ]),
            Self::Refresh => token(&[("refresh_token", "r")]),
            Self::DeviceCode => token(&[("device_code", "d")]),
            Self::Device => browser.request(Method::POST, "device"),
            Self::Userinfo => userinfo(browser, bench),
        }
    }
}

fn userinfo(browser: &Browser<'_>, bench: &Bench) -> RequestBuilder {
    let request = browser.request(Method::GET, "userinfo");
    request.bearer_auth(lean(bench).mint())
}

fn waits(bench: &Bench, timeout: Duration) -> oidc::Oidc {
    let builder = bench.builder().timeout(timeout).token_cache_bytes(0);
    builder.build().expect("the configuration is sound")
}

#[track_caller]
fn assert_failure(case: &str, reply: &Reply, status: u16) {
    let error = match status {
        400 => "invalid_grant",
        404 => "not_found",
        502 => "upstream_error",
        _ => "temporarily_unavailable",
    };
    assert_error(case, reply, status, error);
    for words in PROVIDERS_WORDS {
        assert!(!reply.body.contains(words), "{case}: {reply:?}");
    }
}

/// The response to a request whose endpoint fails, unless another one timed out first.
async fn reply_to(
    request: Request,
    browser: &Browser<'_>,
    bench: &Bench,
    endpoint: Endpoint,
    fault: &Fault,
) -> Option<Reply> {
    let prepared = request.prepare(browser, bench).await;
    bench.idp.reset_hits();
    bench.idp.fault(endpoint, fault.clone());
    let reply = Reply::of(prepared).await;
    bench.idp.heal();
    (bench.idp.hits(endpoint) > 0).then_some(reply)
}

fn named(request: Request, fault: &Fault) -> String {
    let mut case = format!("{request:?} {fault:?}");
    case.truncate(100);
    case
}

async fn fails(request: Request, endpoint: Endpoint) {
    let idp = || DevIdp::builder().algorithm(Algorithm::Es256);
    let (bench, elsewhere) = (Bench::with(idp()).await, Bench::with(idp()).await);
    let target = format!("{}{}", elsewhere.idp.issuer(), endpoint.path());
    for_both(
        app(),
        || waits(&bench, PATIENT),
        async |server| {
            for (fault, status) in [faults(&target), refusals(endpoint)].concat() {
                let browser = Browser::new(server);
                let case = named(request, &fault);
                let reply = reply_to(request, &browser, &bench, endpoint, &fault).await;
                let reply = reply.unwrap_or_else(|| panic!("{case}: not asked"));
                assert_failure(&case, &reply, status);
            }
        },
    )
    .await;
    for endpoint in Endpoint::ALL {
        let hits = elsewhere.idp.hits(endpoint);
        assert_eq!(hits, 0, "a redirect was followed to {endpoint:?}");
    }
}

async fn ends_in_time(request: Request, endpoint: Endpoint) {
    let bench = Bench::with(DevIdp::builder().algorithm(Algorithm::Es256)).await;
    for_both(
        app(),
        || waits(&bench, IMPATIENT),
        async |server| {
            for (fault, status) in silences() {
                let browser = Browser::new(server);
                until(async || browser.is_ready().await).await;
                let reply = loop {
                    if let Some(reply) = reply_to(request, &browser, &bench, endpoint, &fault).await
                    {
                        break reply;
                    }
                };
                assert_failure(&named(request, &fault), &reply, status);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn of_one_endpoint() {
    for (request, endpoint) in CALLS {
        fails(request, endpoint).await;
    }
}

/// An application that waits for an endpoint does so for its timeout and no longer.
#[tokio::test]
async fn of_an_endpoint_that_does_not_respond() {
    for (request, endpoint) in CALLS {
        ends_in_time(request, endpoint).await;
    }
}

/// The provider limits rates: its `Retry-After` is passed on.
#[tokio::test]
async fn of_a_busy_provider() {
    let bench = Bench::start().await;
    for (request, endpoint) in CALLS {
        if endpoint == Endpoint::Jwks {
            continue;
        }
        for_both(
            app(),
            || waits(&bench, PATIENT),
            async |server| {
                for (fault, retry_after) in [
                    (Fault::Busy(7), "7"),
                    (Fault::Busy(0), "1"),
                    (Fault::Busy(u32::MAX), "3600"),
                    (Fault::Status(429), "5"),
                ] {
                    let browser = Browser::new(server);
                    let prepared = request.prepare(&browser, &bench).await;
                    bench.idp.fault(endpoint, fault.clone());
                    let reply = Reply::of(prepared).await;
                    let case = format!("{request:?} {fault:?}");
                    assert_failure(&case, &reply, 503);
                    assert_eq!(reply.headers["retry-after"], retry_after, "{case}");
                    bench.idp.heal();
                }
            },
        )
        .await;
    }
}

/// Before discovery has succeeded, every fault gives the same response.
#[tokio::test]
async fn of_the_discovery() {
    let (bench, elsewhere) = (Bench::start().await, Bench::start().await);
    let target = elsewhere.idp.discovery_url();
    let statuses = [400, 404, 429].map(|status| (Fault::Status(status), 503));
    for (fault, _) in faults(&target)
        .into_iter()
        .chain(silences())
        .chain(statuses)
        .chain([(Fault::WrongIssuer, 503)])
    {
        for_both(
            app(),
            || waits(&bench, IMPATIENT),
            async |server| {
                let browser = Browser::new(server);
                bench.idp.fault(Endpoint::Discovery, fault.clone());
                let login = browser.request(Method::GET, "login");
                let token = browser.request(Method::POST, "token");
                for (case, request) in [
                    ("login", login.query(&[("redirect_uri", NATIVE)])),
                    ("token", token.form(&[("refresh_token", "r")])),
                    ("device", browser.request(Method::POST, "device")),
                    ("logout", browser.request(Method::GET, "logout")),
                    ("userinfo", userinfo(&browser, &bench)),
                ] {
                    assert_failure(case, &Reply::of(request).await, 503);
                }
                bench.idp.heal();
            },
        )
        .await;
    }
    assert_eq!(elsewhere.idp.hits(Endpoint::Discovery), 0);
}
