use oidc_devidp::{Endpoint, Tamper};

use super::{Browser, app, assert_error, tokens, with_browser};
use crate::support::bench::Bench;
use crate::support::logs::{Line, Logs};
use crate::support::servers::Server;

/// Signs alice in for longer; her refresh token.
async fn signed_in(browser: &Browser<'_>, bench: &Bench) -> String {
    let token = browser.stay_signed_in(&bench.idp).await;
    let refresh = token["refresh_token"].as_str().expect("a refresh token");
    refresh.to_owned()
}

#[tokio::test]
async fn refresh_token() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let refresh = signed_in(&browser, &bench).await;
        let form = [("refresh_token", refresh.as_str())];
        let token = tokens(&browser.post("token", &form).await);
        assert_ne!(token["refresh_token"], refresh.as_str(), "it is replaced");

        let again = browser.post("token", &form).await;
        assert_error("used before", &again, 400, "invalid_grant");
        assert!(
            !again.body.contains("was used already"),
            "the provider's words"
        );
    })
    .await;
}

async fn rejects(tamper: Tamper) {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let refresh = signed_in(&browser, &bench).await;
        bench.idp.tamper(tamper);
        let reply = browser.post("token", &[("refresh_token", &refresh)]).await;
        assert_error(&format!("{tamper:?}"), &reply, 502, "upstream_error");
        bench.idp.untamper();
    })
    .await;
    assert_eq!(bench.idp.hits(Endpoint::Userinfo), 0);
}

#[tokio::test]
async fn invalid_issuer() {
    rejects(Tamper::RefreshWrongIss).await;
}

#[tokio::test]
async fn invalid_sub() {
    rejects(Tamper::RefreshWrongSub).await;
}

/// The subject is compared with that of the access token only if the application accepts the
/// latter; otherwise the refresh succeeds without the comparison.
#[tokio::test]
async fn sub_of_an_unmarked_access_token() {
    let bench = Bench::start().await;
    for (is_accepted, status) in [(false, 200), (true, 502)] {
        for start in [Server::axum, Server::actix] {
            let builder = if is_accepted {
                bench.builder().insecure_accept_unmarked_tokens()
            } else {
                bench.builder()
            };
            let oidc = builder.build().expect("the configuration is sound");
            let logs = Logs::default();
            let server = logs.listen(|| start(app(), oidc));
            let browser = Browser::new(&server);
            let refresh = signed_in(&browser, &bench).await;
            bench.idp.tamper(Tamper::RefreshWrongSub);
            bench.idp.tamper(Tamper::UnmarkedAccessToken);
            logs.take();
            let reply = browser.post("token", &[("refresh_token", &refresh)]).await;
            bench.idp.untamper();
            assert_eq!(reply.status, status, "{reply:?}");
            let lines = logs.take();
            let explains = |line: &Line| line.field("code") == "not_an_access_token";
            assert!(!lines.iter().any(explains), "{lines:#?}");
        }
    }
}

#[tokio::test]
async fn invalid_sig() {
    rejects(Tamper::InvalidSig).await;
}
