//! Which method is used, by credentials, setting and what the provider offers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use serde_json::{Value, json};

use super::{CLIENT_ID, Recorder, Request, SECRET, Sent, app, key_path};
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

/// What a request says about the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Basic,
    Post,
    Assertion,
    /// The client id alone.
    Id,
}

/// What the provider offers, and how a secret is then sent; `None` is not at all.
const OFFERS: [(&[&str], Option<Method>); 8] = [
    (&["client_secret_basic"], Some(Method::Basic)),
    (&["client_secret_post"], Some(Method::Post)),
    (
        &["client_secret_post", "client_secret_basic"],
        Some(Method::Basic),
    ),
    (&["none", "client_secret_post"], Some(Method::Post)),
    (
        &["private_key_jwt", "client_secret_post"],
        Some(Method::Post),
    ),
    (&["private_key_jwt"], None),
    (&["none"], None),
    (&["client_secret_jwt", "tls_client_auth"], None),
];

/// The setting, and what it means for a secret; `None` leaves it to discovery.
const SETTINGS: [(Option<&str>, Option<Method>); 4] = [
    (None, None),
    (Some("basic"), Some(Method::Basic)),
    (Some("post"), Some(Method::Post)),
    (Some("none"), Some(Method::Id)),
];

impl Method {
    #[track_caller]
    fn assert(self, case: &str, sent: &Sent) {
        let once = |is_sent: bool| usize::from(is_sent);
        let basic = (self == Self::Basic).then(basic);
        assert_eq!(sent.authorization, basic, "{case}: {sent:?}");
        for (name, count) in [
            ("client_id", once(self != Self::Basic)),
            ("client_secret", once(self == Self::Post)),
            ("client_assertion", once(self == Self::Assertion)),
            ("client_assertion_type", once(self == Self::Assertion)),
        ] {
            assert_eq!(sent.all(name).len(), count, "{case}: {name}: {sent:?}");
        }
        assert!(sent.all("client_id").iter().all(|id| *id == CLIENT_ID));
        assert!(sent.all("client_secret").iter().all(|sent| *sent == SECRET));
    }
}

/// RFC 6749 §2.3.1: form encoding, then Base64.
fn basic() -> String {
    let encode = |text: &str| {
        let url = Url::parse_with_params("http://x/", [("", text)]).expect("a URL");
        let query = url.query().expect("a query").to_owned();
        query.strip_prefix('=').expect("a name").to_owned()
    };
    let pair = format!("{}:{}", encode(CLIENT_ID), encode(SECRET));
    format!("Basic {}", STANDARD.encode(pair))
}

async fn sends(recorder: &Recorder, case: &str, server: &Server, expected: Option<Method>) {
    for request in Request::ALL {
        let case = format!("{case}, {request:?}");
        let reply = request.send(server).await;
        let Some(expected) = expected else {
            assert_is_refused(&case, &reply);
            assert_eq!(recorder.take().len(), 0, "{case}");
            continue;
        };
        assert_eq!(reply.status, 200, "{case}: {reply:?}");
        let sent = recorder.take_one();
        assert_eq!(sent.path, request.path(), "{case}");
        expected.assert(&case, &sent);
    }
}

#[track_caller]
fn assert_is_refused(case: &str, reply: &Reply) {
    assert_eq!(reply.status, 502, "{case}: {reply:?}");
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(body["error"], "upstream_error", "{case}");
}

/// Every combination of what is offered, what is set and what the client has. A key and an assertion
/// are never replaced.
#[tokio::test]
async fn in_every_combination() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, "an assertion").expect("a file");
    let file = file.path().to_str().expect("UTF-8");
    let key = key_path("p256");
    for (offered, by_discovery) in OFFERS {
        let recorder = Recorder::offering(offered).await;
        for (setting, of_secret) in SETTINGS {
            for (credential, expected) in [
                (None, Some(Method::Id)),
                (
                    Some(("OIDC_CLIENT_SECRET", SECRET)),
                    of_secret.or(by_discovery),
                ),
                (
                    Some(("OIDC_CLIENT_KEY_FILE", key.as_str())),
                    Some(Method::Assertion),
                ),
                (
                    Some(("OIDC_CLIENT_ASSERTION_FILE", file)),
                    Some(Method::Assertion),
                ),
            ] {
                let setting = setting.map(|value| ("OIDC_CLIENT_AUTH", value));
                let variables: Vec<_> = setting.into_iter().chain(credential).collect();
                let case = format!("{offered:?}, {variables:?}");
                let oidc = || recorder.of_variables(&variables);
                for_both(app(), oidc, async |server| {
                    sends(&recorder, &case, server, expected).await;
                })
                .await;
            }
        }
    }
}

/// A provider that says nothing that can be understood offers HTTP Basic.
#[tokio::test]
async fn without_a_word_it_is_basic() {
    for said in [
        json!({}),
        json!({ "token_endpoint_auth_methods_supported": null }),
        json!({ "token_endpoint_auth_methods_supported": [] }),
        json!({ "token_endpoint_auth_methods_supported": "client_secret_post" }),
        json!({ "token_endpoint_auth_methods_supported": [null, 7] }),
    ] {
        let recorder = Recorder::start(said.clone()).await;
        let oidc = || recorder.of_variables(&[("OIDC_CLIENT_SECRET", SECRET)]);
        for_both(app(), oidc, async |server| {
            let case = said.to_string();
            sends(&recorder, &case, server, Some(Method::Basic)).await;
        })
        .await;
    }
}

/// However many others are in front of it.
#[tokio::test]
async fn the_last_of_many_is_found() {
    let mut offered = vec!["tls_client_auth"; 40];
    offered.push("client_secret_post");
    let recorder = Recorder::offering(&offered).await;
    let oidc = || recorder.of_variables(&[("OIDC_CLIENT_SECRET", SECRET)]);
    for_both(app(), oidc, async |server| {
        sends(&recorder, "many", server, Some(Method::Post)).await;
    })
    .await;
}

/// The builder does what the variables do, and its last word counts.
#[tokio::test]
async fn by_the_builder() {
    use oidc::ClientAuth;

    let recorder = Recorder::offering(&["client_secret_basic"]).await;
    for (auth, expected) in [
        (ClientAuth::basic(), Method::Basic),
        (ClientAuth::post(), Method::Post),
        (ClientAuth::none(), Method::Id),
    ] {
        let oidc = || {
            let builder = recorder.builder().client_secret(SECRET);
            let builder = builder.client_auth(ClientAuth::assertion_file("/nowhere"));
            let built = builder.client_auth(auth.clone()).build();
            built.expect("the configuration is sound")
        };
        for_both(app(), oidc, async |server| {
            sends(&recorder, &format!("{auth:?}"), server, Some(expected)).await;
        })
        .await;
    }
}
