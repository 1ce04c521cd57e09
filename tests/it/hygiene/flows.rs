//! Sign-ins of every kind, that succeed and that fail.

use oidc_devidp::{Endpoint, Fault, TestIdp, TokenBuilder};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Stage, bench};
use crate::sign_in::{NATIVE, location, parameter, with};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::Server;

/// A verifier of a client that makes its own authorization request (RFC 7636 appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Begins a sign-in and ends it at the provider: the way back, with its code.
async fn sign_in(stage: &mut Stage, idp: &TestIdp, redirect_uri: &str) -> String {
    let query = [
        ("redirect_uri", redirect_uri),
        ("prompt", "consent"),
        ("offline_access", "true"),
    ];
    let reply = stage.browser().get("login", &query).await;
    assert_eq!(reply.status, 307, "{reply:?}");
    let authorization = location(&reply);
    for name in ["state", "nonce"] {
        let secret = parameter(&authorization, name).expect("it is sent");
        stage.secrets.add(name, &secret);
    }
    if let Some(cookie) = reply.headers.get("set-cookie") {
        let cookie = cookie.to_str().expect("ASCII");
        let value = cookie.split(['=', ';']).nth(1).expect("a value");
        stage.keep("the cookie", value);
    }
    stage.note("login", reply);
    let landing = idp.sign_in(&authorization, "alice");
    stage
        .secrets
        .add("the code", &parameter(&landing, "code").expect("a code"));
    landing
}

fn form(landing: &str) -> [(&'static str, String); 3] {
    let get = |name| parameter(landing, name).expect("a code and a state");
    [
        ("code", get("code")),
        ("redirect_uri", NATIVE.to_owned()),
        ("code_verifier", get("state")),
    ]
}

async fn post(stage: &mut Stage, case: &str, form: &[(&str, String)]) -> Value {
    let reply = stage.browser().request(Method::POST, "token").form(form);
    let reply = Reply::of(reply).await;
    let response: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    stage.secrets.add_response(&response);
    stage.note(case, reply);
    response
}

async fn own_callback(stage: &mut Stage, bench: &Bench) {
    // One browser, so that the cookie comes along.
    let callback = stage.browser().callback();
    for (case, name, value) in [
        ("a forged state", "state", Some("forged")),
        ("no code", "code", None),
        ("no cookie", "unknown", None),
        ("another issuer", "iss", Some("https://attacker.example")),
        ("an error", "error", Some("access_denied")),
    ] {
        let landing = sign_in(stage, &bench.idp, &callback).await;
        let reply = stage.browser().open(&with(&landing, name, value)).await;
        assert_eq!(reply.status, 400, "{case}: {reply:?}");
        stage.note(case, reply);
    }
    let browser = stage.browser();
    let login = browser
        .get("login", &[("redirect_uri", callback.as_str())])
        .await;
    let landing = bench.idp.sign_in(&location(&login), "alice");
    let (reply, again) = (browser.open(&landing).await, browser.open(&landing).await);
    assert_eq!((reply.status, again.status), (200, 400), "{reply:?}");
    for name in ["state", "code"] {
        stage
            .secrets
            .add(name, &parameter(&landing, name).expect("it is there"));
    }
    let response = serde_json::from_str(&reply.body).expect("JSON");
    stage.secrets.add_response(&response);
    stage.note("the callback", reply);
    stage.note("the callback again", again);
}

async fn native(stage: &mut Stage, bench: &Bench) {
    let landing = sign_in(stage, &bench.idp, NATIVE).await;
    let response = post(stage, "a code", &form(&landing)).await;
    post(stage, "a code again", &form(&landing)).await;
    let landing = sign_in(stage, &bench.idp, NATIVE).await;
    let [code, (name, _), verifier] = form(&landing);
    let elsewhere = [
        code,
        (name, "http://localhost:53101/callback".to_owned()),
        verifier,
    ];
    post(stage, "a code of another address", &elsewhere).await;

    let refresh = response["refresh_token"].as_str().expect("a refresh token");
    for case in ["refresh", "refresh again"] {
        post(stage, case, &[("refresh-token", refresh.to_owned())]).await;
    }
    let id_token = bench.idp.id_token().mint();
    stage.secrets.add_token("the hint", &id_token);
    for target in [
        "http://127.0.0.1:1/bye",
        "https://attacker.example",
        "//attacker.example",
    ] {
        let query = [
            ("post_logout_redirect_uri", target),
            ("id_token_hint", &id_token),
        ];
        let reply = stage.browser().get("logout", &query).await;
        stage.note("logout", reply);
    }
}

async fn device(stage: &mut Stage, bench: &Bench) {
    for decide in [
        TestIdp::approve_device as fn(&TestIdp, &str, &str),
        |idp, code, _| {
            idp.deny_device(code);
        },
    ] {
        let reply = stage.browser().post("device", &[]).await;
        let start: Value = serde_json::from_str(&reply.body).expect("JSON");
        let code = start["device_code"]
            .as_str()
            .expect("a device code")
            .to_owned();
        stage.secrets.add_response(&start);
        stage.note("device", reply);
        post(stage, "pending", &[("device-code", code.clone())]).await;
        decide(
            &bench.idp,
            start["user_code"].as_str().expect("a user code"),
            "alice",
        );
        post(stage, "decided", &[("device-code", code.clone())]).await;
        post(stage, "again", &[("device-code", code)]).await;
    }
}

/// Every way in which the provider's response to a sign-in is unusable.
fn responses(idp: &TestIdp, nonce: &str) -> Vec<(&'static str, Value)> {
    let good = || idp.id_token().nonce(nonce);
    let access_token = idp.token().mint();
    let with = |id_token: TokenBuilder| {
        json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "refresh_token": "a refresh token that never gets there",
            "id_token": id_token.mint(),
        })
    };
    let without = |name: &str| {
        let mut response = with(good());
        response[name] = Value::Null;
        response
    };
    vec![
        ("unsigned", with(good().unsigned())),
        (
            "another key",
            with(good().key(&oidc_devidp::TestKey::ec_p256())),
        ),
        ("unknown key", with(good().kid("unknown"))),
        (
            "another issuer",
            with(good().issuer("https://other.example")),
        ),
        ("another audience", with(good().audience("other"))),
        (
            "another nonce",
            with(good().nonce("a nonce of another sign-in")),
        ),
        ("no nonce", with(good().without("nonce"))),
        ("expired", with(good().expires_in(-60))),
        ("no subject", with(good().without("sub"))),
        ("another party", with(good().claim("azp", json!("other")))),
        (
            "another hash",
            with(good().claim("at_hash", json!("0123456789abcdef012345"))),
        ),
        ("no ID token", without("id_token")),
        ("no access token", without("access_token")),
        ("no type", without("token_type")),
        ("a list", json!([with(good())])),
    ]
}

async fn unusable_responses(stage: &mut Stage, bench: &Bench) {
    for index in 0..responses(&bench.idp, "").len() {
        let landing = sign_in(stage, &bench.idp, NATIVE).await;
        let nonce = "the nonce that an attacker would like to know";
        let (case, response) = responses(&bench.idp, nonce).swap_remove(index);
        stage.secrets.add("the nonce of an ID token", nonce);
        for name in ["access_token", "refresh_token", "id_token"] {
            if let Some(token) = response[name].as_str() {
                stage.secrets.add_token(name, token);
            }
        }
        bench
            .idp
            .fault(Endpoint::Token, Fault::Body(response.to_string()));
        let reply = post(stage, case, &form(&landing)).await;
        assert_eq!(reply["error"], "upstream_error", "{case}: {reply}");
        let refresh = "the refresh token of another user";
        stage.secrets.add("the refresh token", refresh);
        post(stage, case, &[("refresh-token", refresh.to_owned())]).await;
        bench.idp.heal();
    }
}

async fn failing_provider(stage: &mut Stage, bench: &Bench) {
    for fault in [
        Fault::Down,
        Fault::Status(500),
        Fault::Status(401),
        Fault::Status(403),
        Fault::Error("invalid_client".to_owned()),
        Fault::Error("invalid_scope".to_owned()),
        Fault::Busy(1),
        Fault::Garbage,
        Fault::Empty,
    ] {
        let landing = sign_in(stage, &bench.idp, NATIVE).await;
        for endpoint in [Endpoint::Token, Endpoint::Device, Endpoint::Userinfo] {
            bench.idp.fault(endpoint, fault.clone());
        }
        let case = format!("{fault:?}");
        post(stage, &case, &form(&landing)).await;
        let offers = ["refresh-token", "device-code"];
        for offer in offers {
            let secret = format!("the {offer} of another user");
            stage.secrets.add(offer, &secret);
            post(stage, &case, &[(offer, secret)]).await;
        }
        let reply = stage.browser().post("device", &[]).await;
        stage.note(&case, reply);
        let token = bench.idp.token().without("preferred_username").mint();
        stage.secrets.add_token("a lean token", &token);
        let reply = stage
            .server
            .get("/api/auth/v2/userinfo", token.as_str())
            .await;
        stage.note(&case, reply);
        bench.idp.heal();
    }
}

#[tokio::test]
async fn show_nothing() {
    let bench = bench().await;
    for start in [Server::axum, Server::actix] {
        let mut stage = Stage::new(start, &bench);
        own_callback(&mut stage, &bench).await;
        native(&mut stage, &bench).await;
        device(&mut stage, &bench).await;
        unusable_responses(&mut stage, &bench).await;
        failing_provider(&mut stage, &bench).await;
        stage.finish();
    }
}

/// Accepts one request, rejects it with the text of the request, and returns it.
async fn reject_one(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut request = String::new();
    while !request.contains("code_verifier=") {
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).await.expect("a request");
        request.push_str(str::from_utf8(&buffer[..length]).expect("text"));
    }
    let body = json!({ "error": "invalid_grant", "error_description": request }).to_string();
    let response = format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(response.as_bytes())
        .await
        .expect("the other side listens");
    request
}

/// What only the token endpoint gets to see is in its body, and the endpoint's echo goes nowhere.
#[tokio::test]
async fn show_no_verifier() {
    let bench = bench().await;
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    let issuer = bench.idp.issuer();
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/jwks"),
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("http://{address}/token"),
    });
    bench
        .idp
        .fault(Endpoint::Discovery, Fault::Body(document.to_string()));
    for start in [Server::axum, Server::actix] {
        let mut stage = Stage::new(start, &bench);
        let landing = sign_in(&mut stage, &bench.idp, NATIVE).await;
        let [code, redirect_uri, (name, _)] = form(&landing);
        let own = [code, redirect_uri, (name, VERIFIER.to_owned())];
        stage.keep("the client's verifier", VERIFIER);
        for form in [form(&landing), own] {
            let (response, request) =
                tokio::join!(post(&mut stage, "refused", &form), reject_one(&listener));
            assert_eq!(response["error"], "invalid_grant", "{response}");
            let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
            let verifier = parameter(&format!("http://x/?{body}"), "code_verifier");
            stage.keep("the verifier", &verifier.expect("a verifier"));
            let line = head.lines().next().unwrap_or_default();
            assert_eq!(line, "POST /token HTTP/1.1");
        }
        stage.finish();
    }
}
