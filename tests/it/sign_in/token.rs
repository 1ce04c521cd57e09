use std::time::Duration;

use oidc_devidp::{Endpoint, Tamper};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use super::{Browser, NATIVE, app, assert_error, location, parameter, tokens, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

/// What a native client gets when the browser returns to it.
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
        let mut token = browser.stay_signed_in(&bench.idp).await;
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

/// RFC 6749 §6: a provider that does not replace a refresh token omits it and its lifetime from the
/// response.
#[tokio::test]
async fn a_refresh_token_that_is_not_replaced_comes_back() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::RefreshKeepsToken);
    let day = Duration::from_secs(DAY.unsigned_abs());
    for (builder, life) in [
        (bench.builder(), 30 * DAY),
        (bench.builder().refresh_token_lifetime(day), DAY),
    ] {
        let oidc = builder.build().expect("the configuration is sound");
        let test = async |server: &Server| {
            let browser = Browser::new(server);
            let mut token = browser.stay_signed_in(&bench.idp).await;
            assert_eq!(lasts(&token), DAY, "what the provider says");
            let first = token["refresh_token"].clone();
            for _ in 0..2 {
                let refresh = token["refresh_token"].as_str().expect("a refresh token");
                let form = [("refresh-token", refresh)];
                token = tokens(&browser.post("token", &form).await);
                assert_eq!(token["refresh_token"], first);
                assert_eq!(lasts(&token), life);
            }
        };
        for_both(app(), || oidc.clone(), test).await;
    }
}

/// Clients that sign out at the provider need one for `id_token_hint`.
#[tokio::test]
async fn the_id_token_is_returned_if_configured() {
    let bench = Bench::start().await;
    let members = |token: &Value| token.as_object().map_or(0, serde_json::Map::len);
    for returned in [false, true] {
        let oidc = || {
            let builder = bench.builder().return_id_token(returned);
            builder.build().expect("the configuration is sound")
        };
        let test = async |server: &Server| {
            let browser = Browser::new(server);
            let landed = Landed::at(&browser, &bench).await;
            let by_code = tokens(&browser.post("token", &landed.form()).await);
            let at_callback = browser.stay_signed_in(&bench.idp).await;
            let refresh = at_callback["refresh_token"].as_str().expect("it is there");
            let form = [("refresh_token", refresh)];
            let by_refresh = tokens(&browser.post("token", &form).await);
            let by_device = device_sign_in(&browser, &bench).await;
            for token in [by_code, at_callback, by_refresh, by_device] {
                assert_eq!(members(&token), 6 + usize::from(returned), "{token}");
                if returned {
                    let id_token = token["id_token"].as_str().expect("an ID token");
                    assert_eq!(id_token.split('.').count(), 3);
                    let query = [("id_token_hint", id_token)];
                    let logout = location(&browser.get("logout", &query).await);
                    assert_eq!(
                        parameter(&logout, "id_token_hint").as_deref(),
                        Some(id_token)
                    );
                }
            }
        };
        for_both(app(), oidc, test).await;
    }
}

async fn device_sign_in(browser: &Browser<'_>, bench: &Bench) -> Value {
    let reply = browser.post("device", &[]).await;
    let start: Value = serde_json::from_str(&reply.body).expect("JSON");
    let user_code = start["user_code"].as_str().expect("a user code");
    bench.idp.approve_device(user_code, "alice");
    let code = start["device_code"].as_str().expect("a device code");
    tokens(&browser.post("token", &[("device_code", code)]).await)
}

/// Not every provider sends one with a refresh (OpenID Connect Core §12.2).
#[tokio::test]
async fn an_id_token_that_is_not_sent_is_not_returned() {
    let bench = Bench::start().await;
    let builder = || bench.builder().return_id_token(true);
    let oidc = || builder().build().expect("the configuration is sound");
    for_both(app(), oidc, async |server| {
        let browser = Browser::new(server);
        let token = browser.stay_signed_in(&bench.idp).await;
        bench.idp.tamper(Tamper::NoIdToken);
        let refresh = token["refresh_token"].as_str().expect("it is there");
        let form = [("refresh_token", refresh)];
        let token = tokens(&browser.post("token", &form).await);
        assert_eq!(token.get("id_token"), None);
        bench.idp.untamper();
    })
    .await;
}

const DAY: i64 = 24 * 60 * 60;

/// The lifetime of the refresh token in seconds; that of the access token is 300.
fn lasts(token: &Value) -> i64 {
    let end = |name: &str| token[name].as_i64().expect("seconds");
    end("refresh_expires") - end("expires") + 300
}

#[tokio::test]
async fn forms_that_are_rejected() {
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
async fn bodies_that_are_rejected() {
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
async fn responses_that_rfc_6749_permits() {
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
