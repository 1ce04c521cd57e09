//! No parameter may be repeated (RFC 6749 §3.1): parsers disagree about which value applies.

use oidc_devidp::Endpoint;

use super::{Browser, NATIVE, app, assert_error, tokens, with_browser};
use crate::support::bench::Bench;
use crate::support::servers::for_both;

type Parameters = &'static [(&'static str, &'static str)];

/// Requests that are valid apart from the repeated parameter.
const QUERIES: [(&str, Parameters); 3] = [
    (
        "login",
        &[
            ("redirect_uri", NATIVE),
            ("prompt", "login"),
            ("offline_access", "true"),
            ("scope", "openid"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("code_challenge_method", "S256"),
        ],
    ),
    (
        "callback",
        &[("error", "access_denied"), ("error_description", "no")],
    ),
    (
        "logout",
        &[
            ("post_logout_redirect_uri", "http://localhost/bye"),
            ("id_token_hint", "a.b.c"),
            ("state", "s"),
        ],
    ),
];

const FORMS: [Parameters; 3] = [
    &[
        ("code", "c"),
        ("redirect_uri", NATIVE),
        ("code_verifier", "v"),
        ("state", "s"),
        ("grant_type", "authorization_code"),
    ],
    &[("refresh_token", "r"), ("grant_type", "refresh_token")],
    &[
        ("device_code", "d"),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
    ],
];

/// The same parameters with one of them repeated: with the same value, another one, and none.
fn with_one_twice(parameters: Parameters) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut all = Vec::new();
    for (name, value) in parameters {
        for more in [value, "other", ""] {
            all.push([parameters, &[(name, more)]].concat());
            all.push([&[(*name, more)], parameters].concat());
        }
    }
    all
}

#[tokio::test]
async fn in_a_query() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        for (endpoint, parameters) in QUERIES {
            for query in with_one_twice(parameters) {
                let reply = browser.get(endpoint, &query).await;
                let case = format!("{endpoint} {query:?}");
                assert_error(&case, &reply, 400, "invalid_request");
                assert!(!reply.headers.contains_key("location"), "{case}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn in_a_form() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        for form in FORMS.into_iter().flat_map(with_one_twice) {
            let reply = browser.post("token", &form).await;
            let case = format!("{form:?}");
            assert_error(&case, &reply, 400, "invalid_request");

            let reply = browser.post_multipart("token", &form).await;
            assert_error(&case, &reply, 400, "invalid_request");
        }
    })
    .await;
    assert_eq!(bench.idp.hits(Endpoint::Token), 0);
}

/// The two spellings are one parameter.
#[tokio::test]
async fn in_two_spellings() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            for names in [
                ["refresh_token", "refresh-token"],
                ["device_code", "device-code"],
            ] {
                let form = names.map(|name| (name, "x"));
                let reply = Browser::new(server).post("token", &form).await;
                assert_error(&format!("{names:?}"), &reply, 400, "invalid_request");
            }
        },
    )
    .await;
    assert_eq!(bench.idp.hits(Endpoint::Token), 0);
}

#[tokio::test]
async fn in_the_provider_s_response() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
        bench.idp.reset_hits();
        for name in ["code", "state", "iss", "error"] {
            let given = super::parameter(&landing, name);
            for value in [given.as_deref().unwrap_or("access_denied"), "other"] {
                let more = reqwest::Url::parse_with_params(&landing, [(name, value)]);
                let mut url = more.expect("a URL");
                if given.is_none() {
                    url.query_pairs_mut().append_pair(name, value);
                }
                let reply = browser.open(url.as_str()).await;
                assert_error(name, &reply, 400, "invalid_request");
            }
        }
        assert_eq!(bench.idp.hits(Endpoint::Token), 0);
        tokens(&browser.open(&landing).await);
    })
    .await;
}
