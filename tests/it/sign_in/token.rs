use oidc_devidp::{Endpoint, Tamper};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::{Browser, NATIVE, app, assert_error, parameter, tokens, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

/// What a native client has after the browser came back to it.
struct Landed {
    code: String,
    state: String,
}

impl Landed {
    async fn at(browser: &Browser<'_>, bench: &Bench) -> Self {
        let landing = browser.sign_in(&bench.idp, NATIVE).await;
        let get = |name| parameter(&landing, name).expect("a code and a state");
        Self {
            code: get("code"),
            state: get("state"),
        }
    }

    fn form(&self) -> [(&str, &str); 3] {
        [
            ("code", &self.code),
            ("redirect_uri", NATIVE),
            ("code_verifier", &self.state),
        ]
    }
}

#[tokio::test]
async fn a_state_stands_for_its_verifier_once() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let browser = Browser::new(server);
            let landed = Landed::at(&browser, &bench).await;
            let elsewhere = Browser::new(server);
            tokens(&elsewhere.post("token", &landed.form()).await);
            let again = elsewhere.post("token", &landed.form()).await;
            assert_error("replayed", &again, 400, "invalid_request");
        },
    )
    .await;
}

#[tokio::test]
async fn multipart() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landed = Landed::at(&browser, &bench).await;
        tokens(&browser.post_multipart("token", &landed.form()).await);
    })
    .await;
}

#[tokio::test]
async fn refresh_in_both_spellings() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let query = [
            ("redirect_uri", NATIVE),
            ("offline_access", "true"),
            ("prompt", "consent"),
        ];
        let login = super::location(&browser.get("login", &query).await);
        let landing = bench.idp.sign_in(&login, "alice");
        let get = |name| parameter(&landing, name).expect("a code and a state");
        let landed = Landed {
            code: get("code"),
            state: get("state"),
        };
        let mut token = tokens(&browser.post("token", &landed.form()).await);
        for name in ["refresh-token", "refresh_token"] {
            let refresh = token["refresh_token"]
                .as_str()
                .expect("a refresh token")
                .to_owned();
            token = tokens(&browser.post("token", &[(name, &refresh)]).await);
        }
        let refresh = token["refresh_token"]
            .as_str()
            .expect("a refresh token")
            .to_owned();
        let form = [
            ("refresh_token", refresh.as_str()),
            ("grant_type", "refresh_token"),
        ];
        tokens(&browser.post("token", &form).await);
        let again = browser.post("token", &form).await;
        assert_error("used before", &again, 400, "invalid_grant");
        assert!(!again.body.contains(&refresh));
    })
    .await;
}

#[tokio::test]
async fn forms_that_are_refused() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landed = Landed::at(&browser, &bench).await;
        let (code, state) = (("code", landed.code.as_str()), landed.state.as_str());
        let (native, verifier) = (("redirect_uri", NATIVE), ("code_verifier", state));
        let forged = format!("{state}A");
        let cases: &[&[(&str, &str)]] = &[
            &[],
            &[("code", "")],
            &[("other", "x")],
            &[("grant_type", "authorization_code")],
            &[code],
            &[code, native],
            &[code, verifier],
            &[code, code, native, verifier],
            &[code, ("refresh_token", "r"), native, verifier],
            &[("refresh_token", "r"), ("refresh-token", "r")],
            &[("device-code", "d"), ("refresh-token", "r")],
            &[("refresh_token", "r"), ("grant_type", "authorization_code")],
            &[
                code,
                ("redirect_uri", "http://localhost:53101/callback"),
                verifier,
            ],
            &[code, native, ("code_verifier", &forged)],
            &[code, native, ("code_verifier", "not a verifier")],
            &[
                code,
                ("redirect_uri", "https://evil.example/"),
                ("code_verifier", "v"),
            ],
        ];
        bench.idp.reset_hits();
        for form in cases {
            let reply = browser.post("token", form).await;
            assert_error(&format!("{form:?}"), &reply, 400, "invalid_request");
            assert!(!reply.body.contains(&landed.code) && !reply.body.contains(state));
        }
        let form = [("refresh_token", "r"), ("grant_type", "password")];
        let reply = browser.post("token", &form).await;
        assert_error("another grant", &reply, 400, "unsupported_grant_type");
        assert_eq!(bench.idp.hits(Endpoint::Token), 0);
        tokens(&browser.post("token", &landed.form()).await);
    })
    .await;
}

#[tokio::test]
async fn bodies_that_are_refused() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        for (content_type, body) in [
            ("application/json", r#"{"refresh_token":"r"}"#),
            ("text/plain", "refresh_token=r"),
            ("multipart/form-data", "--x--"),
            ("multipart/form-data; boundary=x", "refresh_token=r"),
            ("", "refresh_token=r"),
        ] {
            let request = browser
                .request(Method::POST, "token")
                .header(CONTENT_TYPE, content_type);
            let reply = Reply::of(request.body(body)).await;
            assert_error(content_type, &reply, 400, "invalid_request");
        }
        let large = "a".repeat(65 * 1024);
        let reply = browser.post("token", &[("refresh_token", &large)]).await;
        assert_error("large", &reply, 413, "invalid_request");
    })
    .await;
}

#[tokio::test]
async fn answers_that_rfc_6749_permits() {
    for tamper in [
        Tamper::NoExpiresIn,
        Tamper::NoScope,
        Tamper::LowercaseTokenType,
    ] {
        let bench = Bench::start().await;
        bench.idp.tamper(tamper);
        for_both(
            app(),
            || bench.oidc(),
            async |server| {
                let browser = Browser::new(server);
                let landed = Landed::at(&browser, &bench).await;
                let token = tokens(&browser.post("token", &landed.form()).await);
                assert_eq!(token["scope"], "openid profile email", "{tamper:?}");
            },
        )
        .await;
    }
}
