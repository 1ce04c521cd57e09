//! States and codes that belong to another browser, another sign-in or another application.

use oidc_devidp::{Client, DevIdp, Endpoint};
use tokio::task::JoinSet;

use super::{Browser, NATIVE, app, assert_error, parameter, tokens, with, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn form<'f>(code: &'f str, verifier: &'f str) -> [(&'static str, &'f str); 3] {
    [
        ("code", code),
        ("redirect_uri", NATIVE),
        ("code_verifier", verifier),
    ]
}

/// Code and state of a sign-in for a native client.
async fn native(browser: &Browser<'_>, bench: &Bench) -> (String, String) {
    let landing = browser.sign_in(&bench.idp, NATIVE).await;
    let get = |name| parameter(&landing, name).expect("a code and a state");
    (get("code"), get("state"))
}

#[tokio::test]
async fn code_of_another_sign_in_at_the_callback() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let (browser, victim) = (Browser::new(server), Browser::new(server));
            let stolen = victim.sign_in(&bench.idp, &victim.callback()).await;
            let own = browser.sign_in(&bench.idp, &browser.callback()).await;
            let code = parameter(&stolen, "code");
            let reply = browser.open(&with(&own, "code", code.as_deref())).await;
            assert_error("another sign-in's code", &reply, 400, "invalid_grant");
        },
    )
    .await;
}

#[tokio::test]
async fn code_of_another_sign_in_at_the_token_endpoint() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let (stolen, _) = native(&browser, &bench).await;
        let (_, state) = native(&browser, &bench).await;
        let reply = browser.post("token", &form(&stolen, &state)).await;
        assert_error("another sign-in's state", &reply, 400, "invalid_grant");
        let (stolen, _) = native(&browser, &bench).await;
        let reply = browser.post("token", &form(&stolen, VERIFIER)).await;
        assert_error("a verifier of one's own", &reply, 400, "invalid_grant");

        let login = browser.begin(NATIVE).await;
        let login = with(&login, "code_challenge", Some(CHALLENGE));
        let landing = bench.idp.sign_in(&login, "alice");
        let get = |name| parameter(&landing, name).expect("a code and a state");
        let reply = browser
            .post("token", &form(&get("code"), &get("state")))
            .await;
        assert_error("another challenge", &reply, 400, "invalid_grant");
    })
    .await;
}

/// The native client's redirect does not bypass the binding to the browser.
#[tokio::test]
async fn bound_sign_in_at_the_token_endpoint() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let (browser, thief) = (Browser::new(server), Browser::new(server));
            let callback = browser.callback();
            let landing = browser.sign_in(&bench.idp, &callback).await;
            let get = |name| parameter(&landing, name).expect("a code and a state");
            let (code, state) = (get("code"), get("state"));
            bench.idp.reset_hits();
            for redirect_uri in [callback.as_str(), NATIVE] {
                let form = [
                    ("code", code.as_str()),
                    ("redirect_uri", redirect_uri),
                    ("code_verifier", &state),
                ];
                let reply = thief.post("token", &form).await;
                assert_error(redirect_uri, &reply, 400, "invalid_request");
            }
            assert_eq!(bench.idp.hits(Endpoint::Token), 0);
            tokens(&browser.open(&landing).await);
        },
    )
    .await;
}

#[tokio::test]
async fn states_that_were_not_sealed_here() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let neighbour = Server::axum(app(), bench.oidc());
            let foreign = Browser::new(&neighbour)
                .sign_in(&bench.idp, &Browser::new(server).callback())
                .await;
            let foreign = parameter(&foreign, "state").expect("a state");

            let browser = Browser::new(server);
            let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
            let state = parameter(&landing, "state").expect("a state");
            let code = parameter(&landing, "code").expect("a code");
            bench.idp.reset_hits();
            let (first, rest) = state.split_at(1);
            for forged in [
                foreign,
                format!("{first}A{rest}"),
                format!("B{rest}"),
                format!("{state}="),
                format!("{state} "),
                format!(" {state}"),
                format!("x|{state}"),
                format!("{state}|{VERIFIER}"),
                format!("random|{NATIVE}|{VERIFIER}"),
                state.to_uppercase(),
                state.replace(['-', '_'], "+"),
                state[..state.len() - 1].to_owned(),
                format!("{state}{state}"),
                "A".repeat(4000),
                "null".to_owned(),
                "\0".to_owned(),
                "\u{1f984}".to_owned(),
            ] {
                let url = with(&landing, "state", Some(&forged));
                let reply = browser.open(&url).await;
                assert_error(&forged, &reply, 400, "invalid_request");
                assert!(!reply.body.contains(&forged), "{reply:?}");
                if forged.len() > VERIFIER.len() {
                    let reply = browser.post("token", &form(&code, &forged)).await;
                    assert_error(&forged, &reply, 400, "invalid_request");
                }
            }
            assert_eq!(bench.idp.hits(Endpoint::Token), 0);
            tokens(&browser.open(&landing).await);
        },
    )
    .await;
}

/// Instances with the same key share sign-ins.
#[tokio::test]
async fn states_of_another_instance() {
    let bench = Bench::start().await;
    let oidc = || {
        let key = "0123456789abcdef0123456789abcdef";
        bench.builder().state_key(key).build().expect("sound")
    };
    for_both(app(), oidc, async |server| {
        let instance = Server::axum(app(), oidc());
        let (code, state) = native(&Browser::new(&instance), &bench).await;
        let browser = Browser::new(server);
        tokens(&browser.post("token", &form(&code, &state)).await);
    })
    .await;
}

/// Of many requests with the same state only one reaches the provider.
#[tokio::test]
async fn one_state_many_times_at_once() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
        bench.idp.reset_hits();
        let mut requests = JoinSet::new();
        for _ in 0..8 {
            requests.spawn(Reply::of(browser.client.get(&landing)));
        }
        let replies = requests.join_all().await;
        let succeeded = replies.iter().filter(|reply| reply.status == 200);
        assert_eq!(succeeded.count(), 1, "{replies:?}");
        assert_eq!(bench.idp.hits(Endpoint::Token), 1);
    })
    .await;
}

/// Two clients with one key do not read each other's sign-ins.
#[tokio::test]
async fn states_of_another_client() {
    let key = "0123456789abcdef0123456789abcdef";
    let client = |id| Client::new(id).any_loopback_redirect();
    let idp = DevIdp::builder()
        .client(client("one"))
        .client(client("other"));
    let bench = Bench::with(idp).await;
    let oidc = |id: &str| {
        let builder = bench.builder().client_id(id).state_key(key);
        builder.build().expect("sound")
    };
    let other_issuer = || {
        let builder = bench.builder().client_id("one").state_key(key);
        let builder = builder.issuer("https://another.example");
        builder.build().expect("sound")
    };
    for_both(
        app(),
        || oidc("one"),
        async |server| {
            let browser = Browser::new(server);
            for neighbour in [oidc("other"), other_issuer()] {
                let (code, state) = native(&browser, &bench).await;
                let neighbour = Server::axum(app(), neighbour);
                bench.idp.reset_hits();
                let form = form(&code, &state);
                let reply = Browser::new(&neighbour).post("token", &form).await;
                assert_error("another client", &reply, 400, "invalid_request");
                assert_eq!(bench.idp.hits(Endpoint::Token), 0);
                tokens(&browser.post("token", &form).await);
            }
        },
    )
    .await;
}
