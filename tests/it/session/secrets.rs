//! Nothing secret about a session is logged, at any level, or in a response to anybody.

use oidc::Sessions;

use crate::session_support::browser::Browser;
use crate::session_support::jar::SetCookie;
use crate::session_support::site::{CLIENT, KEY, Site, setup};
use crate::sign_in::{location, parameter, with};
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::secrets::Secrets;

const CLIENT_SECRET: &str = "the secret of the client, nobody sees it";
const STATE_KEY: &str = "the key that seals the state of sign-ins";
const DATA: &str = "data of the application, for the user alone";

/// What was sent and received.
#[derive(Default)]
struct Record {
    secrets: Secrets,
    replies: Vec<(String, Reply)>,
}

impl Record {
    fn note(&mut self, case: &str, reply: Reply) {
        for cookie in SetCookie::all(&reply.headers) {
            if cookie.value.len() > 16 {
                self.secrets.add(&cookie.name, &cookie.value);
            }
        }
        self.replies.push((case.to_owned(), reply));
    }
}

async fn sign_in(record: &mut Record, site: &Site, browser: &Browser) -> String {
    let reply = browser.open("/auth/v2/login?return_to=/me").await;
    let authorization = location(&reply);
    record.note("login", reply);
    for name in ["state", "nonce"] {
        let value = parameter(&authorization, name).expect("it is sent");
        record.secrets.add(name, &value);
    }
    let callback = site.bench.idp.sign_in(&authorization, "alice");
    let code = parameter(&callback, "code").expect("a code");
    record.secrets.add("the code", &code);
    record.note("callback", browser.open(&callback).await);
    callback
}

/// A session from its beginning to its end, with all that can go wrong.
async fn live(record: &mut Record, site: &Site) {
    let browser = site.browser();
    let callback = sign_in(record, site, &browser).await;
    let token = browser.get("/token").await;
    assert_eq!(token.status, 200, "{token:?}");
    record.secrets.add_token("the access token", &token.body);
    let reply = browser.put(DATA).await;
    assert_eq!(reply.body, DATA);
    let tossed = browser.copy();
    for (case, reply) in [
        ("a page", browser.open("/home").await),
        ("a refusal", browser.open("/sales").await),
        ("a step-up", browser.open("/gold").await),
        ("another site", browser.post_with("/act", &[]).await),
        ("a reload", browser.open(&callback).await),
        (
            "a forged state",
            browser.get(&with(&callback, "state", Some("x"))).await,
        ),
        ("the session", browser.get("/auth/v2/session").await),
    ] {
        record.note(case, reply);
    }
    let (name, value) = tossed.session_cookie();
    for (case, value) in [
        ("a changed cookie", format!("{value}x")),
        ("a cookie and its copy", format!("{value}; {name}={value}")),
    ] {
        tossed.jar().set(&name, &value);
        record.note(case, tossed.copy().open("/me").await);
    }
    record.note("rolled", {
        site.advance(400);
        browser.get("/home").await
    });
    let reply = browser.submit("/auth/v2/logout", &[]).await;
    assert_eq!(reply.status, 303, "{reply:?}");
    let hint = parameter(&location(&reply), "id_token_hint").expect("a hint");
    record.secrets.add_token("the ID token", &hint);
    record.note("logout", reply);
    record.note("dead", browser.get("/me").await);
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    setup()
        .client(|client| client.client_secret(CLIENT_SECRET).state_key(STATE_KEY))
        .idp(|idp| {
            idp.configure(|config| {
                config.clients[0].client_secret = Some(CLIENT_SECRET.to_owned());
            })
        })
        .run(async |site| {
            let logs = Logs::default();
            let site = logs.listen(|| site.another());
            let mut record = Record::default();
            for (name, secret) in [
                ("the key", KEY),
                ("the state key", STATE_KEY),
                ("the client secret", CLIENT_SECRET),
                ("the application's data", DATA),
            ] {
                record.secrets.add(name, secret);
            }
            live(&mut record, &site).await;
            let lines = logs.take();
            for target in ["oidc_runtime", "hyper_util"] {
                let is_heard = lines.iter().any(|line| line.target.starts_with(target));
                assert!(is_heard, "{target} is not heard");
            }
            for line in &lines {
                record
                    .secrets
                    .assert_none_in("a log line", &line.to_string());
            }
            for (case, reply) in &record.replies {
                record.secrets.assert_none_in_response(case, reply);
            }
        })
        .await;
}

#[test]
fn settings_do_not_show_their_keys() {
    let mut secrets = Secrets::default();
    secrets.add("the key", KEY);
    let sessions = Sessions::new(crate::session_support::app::SIGN_IN).key(KEY);
    secrets.assert_none_in("the settings", &format!("{sessions:?} {sessions:#?}"));
    let builder = oidc::Oidc::builder().client_id(CLIENT).sessions(sessions);
    secrets.assert_none_in("the builder", &format!("{builder:?} {builder:#?}"));
}
