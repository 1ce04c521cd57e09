//! The codes of browser sessions: each of the documented ones is logged.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc::Userinfo;
use oidc_devidp::{
    Algorithm, Endpoint, Fault, LogoutViolation, Tamper, TestIdp, TestKey, TokenBuilder, User,
};
use reqwest::Method;
use serde_json::json;

use super::codes::RUNTIME;
use crate::keys::until;
use crate::session_support::app::{Gate, WITHOUT_LAYER};
use crate::session_support::site::{
    Place, Setup, Site, always_asked, rarely_asked, renewing, setup,
};
use crate::sign_in::{parameter, with};
use crate::support::logs::{Line, Logs};
use crate::support::reply::Reply;

/// Runs a test with what the application logs.
async fn run(setup: Setup, test: impl AsyncFn(&Site, &Logs)) {
    setup
        .run(async |site| {
            let logs = Logs::default();
            let listened = logs.listen(|| site.another());
            test(&listened, &logs).await;
        })
        .await;
}

/// The library's events with this code, and how many of them say that a request was rejected.
fn count(lines: &[Line], code: &str) -> (usize, usize) {
    let own = lines.iter().filter(|line| line.target.starts_with(RUNTIME));
    let coded: Vec<_> = own.filter(|line| line.field("code") == code).collect();
    let is_rejection = |line: &&&Line| line.field("message").starts_with("rejected");
    (coded.len(), coded.iter().filter(is_rejection).count())
}

/// Asserts the status, and that the code was logged, as a rejection once at most.
pub(super) async fn assert_code(
    logs: &Logs,
    code: &str,
    status: u16,
    request: impl Future<Output = Reply>,
) {
    logs.take();
    let reply = request.await;
    assert_eq!(reply.status, status, "{code}: {reply:?}");
    let lines = logs.take();
    let (events, rejections) = count(&lines, code);
    assert!(events > 0 && rejections <= 1, "{code}: {lines:#?}");
}

/// The same value with another character near its end.
fn changed(value: &str) -> String {
    let (start, end) = value.split_at(value.len() - 9);
    let other = if end.starts_with('A') { "B" } else { "A" };
    format!("{start}{other}{}", &end[1..])
}

/// The value as a later version of the library would write it.
fn newer(place: Place, value: &str) -> String {
    let (prefix, sealed) = value.split_once('.').expect("a prefix");
    if place != Place::Cookie {
        return format!("9.{sealed}");
    }
    let mut bytes = URL_SAFE_NO_PAD.decode(sealed).expect("base64url");
    bytes[0] += 1;
    format!("{prefix}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[tokio::test]
async fn of_cookies_that_are_no_session() {
    run(setup(), async |site, logs| {
        let browser = site.signed_in("alice").await;
        let (name, value) = browser.session_cookie();
        for (code, value) in [
            ("session_duplicate", format!("{value}; {name}={value}")),
            ("session_malformed", "x".to_owned()),
            ("session_version", newer(site.place, &value)),
            ("session_foreign", changed(&value)),
        ] {
            let browser = browser.copy();
            browser.jar().set(&name, &value);
            assert_code(logs, code, 401, browser.get("/me")).await;
        }

        let copy = browser.copy();
        assert_eq!(browser.post("/end", &[]).await.status, 200);
        let code = match site.place {
            Place::Cookie => "session_ended",
            Place::Memory | Place::Sqlite => "session_unknown",
        };
        assert_code(logs, code, 401, copy.get("/me")).await;

        let browser = site.signed_in("alice").await;
        site.advance(1801);
        assert_code(logs, "session_idle", 401, browser.get("/me")).await;
    })
    .await;
}

#[tokio::test]
async fn of_requests() {
    run(setup(), async |site, logs| {
        let browser = site.signed_in("alice").await;
        let token = site.bench.good_token();
        let with_token = site.server.get("/web_only", token.as_str());
        assert_code(logs, "session_required", 401, with_token).await;
        let with_token = site.server.get("/demands", token.as_str());
        assert_code(logs, "session_required", 401, with_token).await;
        assert_code(logs, "bearer_required", 401, browser.get("/api_only")).await;
        assert_code(logs, "bearer_required", 401, browser.open("/api_only")).await;
        for path in ["/act", "/auth/v2/logout"] {
            assert_code(logs, "cross_origin", 403, browser.post_with(path, &[])).await;
        }
        let too_large = browser.put("x".repeat(64 * 1024));
        assert_code(logs, "session_too_large", 500, too_large).await;
        assert_eq!(browser.put("a text").await.status, 200);
        assert_code(logs, "session_data_unfit", 500, browser.get("/count")).await;
        for path in [
            "/auth/v2/login?return_to=//evil.example",
            "/auth/v2/login?target_link_uri=https://evil.example",
        ] {
            assert_code(logs, "return_to_refused", 400, browser.get(path)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn of_a_session_that_ends_while_a_handler_is_at_work() {
    run(setup(), async |site, logs| {
        let browser = site.signed_in("alice").await;
        let copy = browser.copy();
        let gate = Gate::of(&browser.session_id().await);
        let request = tokio::spawn(async move { copy.post("/slow", &[]).await });
        until(async || gate.waiting() == 1).await;
        assert_eq!(browser.post("/end", &[]).await.status, 200);
        let reply = async {
            gate.open();
            request.await.expect("no panic")
        };
        assert_code(logs, "session_ended", 401, reply).await;
    })
    .await;
}

#[tokio::test]
async fn of_a_missing_layer() {
    run(setup().app(WITHOUT_LAYER), async |site, logs| {
        let browser = site.signed_in("alice").await;
        assert_code(logs, "sessions_layer_missing", 500, browser.get("/me")).await;
    })
    .await;
}

#[tokio::test]
async fn of_sign_ins() {
    let with_huge = |idp: oidc_devidp::Builder| {
        let photo = json!("x".repeat(9000));
        let huge = User::new("huge").named("A", "B").email("a@example.org");
        let idp = idp.user(huge.claim("photo", photo));
        idp.configure(|config| config.acr_values = vec!["1".to_owned()])
    };
    run(setup().idp(with_huge), async |site, logs| {
        let browser = site.browser();
        let authorization = browser.begin("/auth/v2/login?acr_values=gold").await;
        let reply = browser.finish(&authorization, "alice");
        assert_code(logs, "step_up_unmet", 403, reply).await;
        if site.place == Place::Cookie {
            let authorization = browser.begin("/auth/v2/login").await;
            let reply = browser.finish(&authorization, "huge");
            assert_code(logs, "session_too_large", 500, reply).await;
        }
    })
    .await;
}

/// What the provider does wrong while the browser is there.
#[tokio::test]
async fn of_a_provider_in_the_way_of_a_sign_in() {
    type Case = (&'static str, u16, fn(&TestIdp));
    let cases: [Case; 9] = [
        ("response_issuer_mismatch", 400, |idp| {
            idp.tamper(Tamper::CallbackWrongIss);
        }),
        ("token_type_unusable", 502, |idp| {
            idp.tamper(Tamper::NoTokenType);
        }),
        ("access_token_missing", 502, |idp| {
            idp.tamper(Tamper::NoAccessToken);
        }),
        ("id_token_missing", 502, |idp| idp.tamper(Tamper::NoIdToken)),
        ("nonce_mismatch", 502, |idp| idp.tamper(Tamper::WrongNonce)),
        ("userinfo_malformed", 502, |idp| {
            idp.fault(Endpoint::Userinfo, Fault::Body("[]".to_owned()));
        }),
        ("userinfo_status_unexpected", 502, |idp| {
            idp.fault(Endpoint::Userinfo, Fault::Status(404));
        }),
        ("userinfo_unavailable", 502, |idp| {
            idp.fault(Endpoint::Userinfo, Fault::Status(503));
        }),
        ("userinfo_subject_mismatch", 502, |idp| {
            idp.tamper(Tamper::UserinfoWrongSub);
        }),
    ];
    let setup = setup().sessions(|sessions| sessions.userinfo(Userinfo::Always));
    run(setup, async |site, logs| {
        for (code, status, change) in cases {
            let browser = site.browser();
            let authorization = browser.begin("/auth/v2/login").await;
            change(&site.bench.idp);
            let reply = browser.finish(&authorization, "alice");
            assert_code(logs, code, status, reply).await;
            site.bench.idp.untamper();
            site.bench.idp.heal();
        }
    })
    .await;
}

#[tokio::test]
async fn of_a_session_that_is_over_when_it_begins() {
    run(setup(), async |site, logs| {
        let browser = site.browser();
        let authorization = browser.begin("/auth/v2/login").await;
        let nonce = parameter(&authorization, "nonce").expect("it is sent");
        let id_token = site.bench.idp.id_token().nonce(&nonce);
        let response = json!({
            "access_token": site.bench.idp.token().mint(),
            "token_type": "Bearer",
            "id_token": id_token.claim("session_expiry", json!(1)).mint(),
        });
        let reply = browser.finish_with(&authorization, &response);
        assert_code(logs, "session_expiry_past", 502, reply).await;
    })
    .await;
}

/// What is wrong with the way back itself.
#[tokio::test]
async fn of_the_state_of_a_sign_in() {
    run(setup(), async |site, logs| {
        let browser = site.browser();
        let authorization = browser.begin("/auth/v2/login").await;
        let callback = site.bench.idp.sign_in(&authorization, "alice");
        let forged = with(&callback, "state", Some("forged"));
        assert_code(logs, "state_forged", 400, browser.open(&forged)).await;
        let stranger = site.browser();
        let reply = stranger.open(&callback);
        assert_code(logs, "state_of_other_browser", 400, reply).await;
        let before = browser.copy();
        assert_eq!(browser.open(&callback).await.status, 303);
        assert_code(logs, "state_replayed", 400, before.open(&callback)).await;

        let login = "/auth/v2/login?return_to=/me&retry=1";
        let authorization = stranger.begin(login).await;
        site.advance(3700);
        let reply = stranger.finish(&authorization, "alice");
        assert_code(logs, "state_expired", 400, reply).await;
    })
    .await;
}

#[tokio::test]
async fn of_a_store_out_of_order() {
    let setup = renewing().places(&[Place::Memory]).sessions(always_asked);
    run(setup, async |site, logs| {
        let browser = site.signed_in("alice").await;
        site.store().fail(true);
        for path in ["/me", "/auth/v2/session"] {
            assert_code(logs, "store_unavailable", 503, browser.get(path)).await;
        }
        site.store().fail(false);
    })
    .await;
    let setup = renewing().places(&[Place::Memory]).sessions(rarely_asked);
    run(setup, async |site, logs| {
        let browser = site.signed_in("alice").await;
        assert_eq!(browser.status().await, 200);
        site.store().fail(true);
        let update = browser.post("/raise", &[]);
        assert_code(logs, "session_unavailable", 503, update).await;
        site.store().fail(false);
    })
    .await;
}

#[tokio::test]
async fn of_refreshes() {
    run(renewing(), async |site, logs| {
        let browser = site.signed_in("alice").await;
        let fault = Fault::Error("invalid_grant".to_owned());
        site.bench.idp.fault(Endpoint::Token, fault);
        site.advance(300);
        assert_code(logs, "refresh_refused", 401, browser.get("/me")).await;
        site.bench.idp.heal();

        let browser = site.signed_in("alice").await;
        site.bench.idp.tamper(Tamper::RefreshWrongSub);
        site.advance(300);
        assert_code(logs, "refresh_id_token", 401, browser.get("/me")).await;
        site.bench.idp.untamper();

        let browser = site.signed_in("alice").await;
        site.bench.idp.fault(Endpoint::Token, Fault::Status(500));
        site.advance(300);
        assert_code(logs, "refresh_failed", 200, browser.get("/me")).await;
        // Within the pause the provider is not asked, but the request is rejected.
        assert_code(logs, "refresh_failed", 503, browser.get("/token")).await;
        site.bench.idp.heal();
    })
    .await;
}

#[tokio::test]
async fn of_logout_tokens() {
    type Change = fn(TokenBuilder) -> TokenBuilder;
    let changes: [(&str, Change); 13] = [
        ("logout_token_malformed", |t| {
            t.violate(LogoutViolation::AlgNone)
        }),
        ("logout_token_malformed", |t| t.claim("sub", json!(7))),
        ("logout_token_type", |t| t.header("typ", json!("at+jwt"))),
        ("logout_token_algorithm", |t| t.alg(Algorithm::Rs256)),
        ("logout_token_signature", |t| t.key(&TestKey::ec_p256())),
        ("logout_token_issuer", |t| {
            t.violate(LogoutViolation::WrongIss)
        }),
        ("logout_token_audience", |t| {
            t.violate(LogoutViolation::WrongAud)
        }),
        ("logout_token_time", |t| t.expires_in(-120)),
        ("logout_token_event", |t| {
            t.violate(LogoutViolation::NoEvent)
        }),
        ("logout_token_nonce", |t| {
            t.violate(LogoutViolation::WithNonce)
        }),
        ("logout_token_incomplete", |t| t.without("jti")),
        ("logout_token_incomplete", |t| t.without("sub")),
        ("logout_token_key_unknown", |t| t.kid("unknown")),
    ];
    run(setup().places(&[Place::Cookie]), async |site, logs| {
        let send = async |token: String| {
            let path = "/auth/v2/backchannel-logout";
            let request = site.server.request(Method::POST, path);
            Reply::of(request.form(&[("logout_token", token)])).await
        };
        for (code, change) in changes {
            let token = change(site.bench.idp.logout_token()).mint();
            assert_code(logs, code, 400, send(token)).await;
        }
        let malformed = send("a.b.c".to_owned());
        assert_code(logs, "logout_token_malformed", 400, malformed).await;
    })
    .await;
}
