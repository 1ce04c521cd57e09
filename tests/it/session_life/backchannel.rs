//! The provider signs users out (OpenID Connect Back-Channel Logout 1.0).

use oidc_devidp::{Algorithm, Endpoint, Fault, LogoutViolation, TestKey, TokenBuilder};
use reqwest::Method;
use serde_json::json;

use crate::session_support::site::{Place, Site, renewing};
use crate::support::reply::Reply;

const PATH: &str = "/auth/v2/backchannel-logout";

async fn send(site: &Site, token: &str) -> Reply {
    let request = site.server.request(Method::POST, PATH);
    Reply::of(request.form(&[("logout_token", token)])).await
}

#[track_caller]
fn assert_done(reply: &Reply) {
    assert_eq!((reply.status, &*reply.body), (200, ""), "{reply:?}");
    assert_eq!(reply.headers["cache-control"], "no-store");
}

#[track_caller]
fn assert_refused(case: &str, reply: &Reply) {
    assert_eq!(reply.status, 400, "{case}: {reply:?}");
    assert!(
        reply.body.contains("\"error\":\"invalid_request\""),
        "{case}: {reply:?}"
    );
    assert_eq!(reply.headers["cache-control"], "no-store", "{case}");
}

/// `oidcc-client-test-rp-backchannel-rpinitlogout`
#[tokio::test]
async fn by_sid_one_session_of_the_provider_ends() {
    renewing()
        .run(async |site| {
            let (here, there) = (site.signed_in("alice").await, site.signed_in("alice").await);
            let token = site.bench.idp.logout_token().sid(&here.sid().await);
            assert_done(&send(site, &token.clone().mint()).await);
            assert_eq!((here.status().await, there.status().await), (401, 200));
            assert!(!here.has_session());
            let without_sub = site.bench.idp.logout_token().sid(&there.sid().await);
            assert_done(&send(site, &without_sub.without("sub").mint()).await);
            assert_eq!(there.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn by_sub_all_sessions_of_the_user_end() {
    renewing()
        .run(async |site| {
            let (here, there) = (site.signed_in("alice").await, site.signed_in("alice").await);
            let bob = site.signed_in("bob").await;
            assert_done(&send(site, &site.bench.idp.logout_token().mint()).await);
            assert_eq!((here.status().await, there.status().await), (401, 401));
            assert_eq!(bob.status().await, 200);
        })
        .await;
}

/// The same token again, or late, does nothing to whoever has signed in since.
#[tokio::test]
async fn a_later_sign_in_survives_a_replay() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let sid = browser.sid().await;
            let tokens = [
                site.bench.idp.logout_token(),
                site.bench.idp.logout_token().sid(&sid),
            ];
            let tokens = tokens.map(TokenBuilder::mint);
            site.advance(2);
            let later = site.signed_in("alice").await;
            for token in tokens.iter().chain(&tokens) {
                assert_done(&send(site, token).await);
                assert_eq!(browser.peek().await, 401);
                assert_eq!(later.status().await, 200);
            }
        })
        .await;
}

#[tokio::test]
async fn an_unknown_session_is_no_error() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let idp = &site.bench.idp;
            for token in [
                idp.logout_token().sub("nobody"),
                idp.logout_token().sid("none"),
            ] {
                assert_done(&send(site, &token.mint()).await);
            }
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

/// The seven modules `oidcc-client-test-rp-backchannel-rpinitlogout-*` that have to be refused.
#[tokio::test]
async fn the_conformance_violations_are_refused() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for violation in LogoutViolation::ALL {
                let token = site.bench.idp.logout_token().violate(violation).mint();
                assert_refused(&format!("{violation:?}"), &send(site, &token).await);
                assert_eq!(browser.status().await, 200, "{violation:?}");
            }
        })
        .await;
}

#[tokio::test]
async fn other_violations_are_refused() {
    type Change = fn(TokenBuilder) -> TokenBuilder;
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
    let changes: [(&str, Change); 17] = [
        ("an ID token's type", |token| {
            token.header("typ", json!("JWT+x"))
        }),
        ("an access token", |token| {
            token.header("typ", json!("at+jwt"))
        }),
        ("HMAC", |token| {
            token.hmac(b"a secret of more than thirty-two bytes")
        }),
        ("another key", |token| token.key(&TestKey::ec_p256())),
        ("no jti", |token| token.without("jti")),
        ("an empty jti", |token| token.claim("jti", json!(""))),
        ("no iat", |token| token.without("iat")),
        ("iat ahead", |token| token.issued_in(120)),
        ("expired", |token| token.expires_in(-120)),
        ("old without exp", |token| {
            token.without("exp").issued_in(-400)
        }),
        ("neither sid nor sub", |token| token.without("sub")),
        ("empty sub", |token| token.claim("sub", json!(""))),
        ("no issuer", |token| token.without("iss")),
        ("no audience", |token| token.without("aud")),
        ("an event without object", |token| {
            token.claim("events", json!({ EVENT: true }))
        }),
        ("events as list", |token| {
            token.claim("events", json!([EVENT]))
        }),
        ("a null nonce", |token| token.claim("nonce", json!(null))),
    ];
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for (case, change) in changes {
                let token = change(site.bench.idp.logout_token()).mint();
                assert_refused(case, &send(site, &token).await);
                assert_eq!(browser.status().await, 200, "{case}");
            }
            let [id_token, access_token] =
                [site.bench.idp.id_token(), site.bench.idp.token()].map(TokenBuilder::mint);
            for token in [&*id_token, &*access_token, "a.b.c", "", "x"] {
                assert_refused(token, &send(site, token).await);
            }
            // A logout token signs nobody in either.
            let token = site.bench.idp.logout_token().mint();
            assert_eq!(site.server.get("/me", &*token).await.status, 401);
        })
        .await;
}

#[tokio::test]
async fn permitted_forms_are_accepted() {
    type Change = fn(TokenBuilder) -> TokenBuilder;
    let changes: [Change; 6] = [
        |token| token,
        |token| token.header("typ", json!("JWT")),
        |token| token.header("typ", json!("Logout+JWT")),
        |token| token.without_header("typ"),
        |token| token.without("exp").issued_in(-100),
        |token| token.claim("aud", json!(["another", "shop"])),
    ];
    renewing()
        .run(async |site| {
            for change in changes {
                let browser = site.signed_in("alice").await;
                site.advance(200);
                let token = change(site.bench.idp.logout_token()).mint();
                assert_done(&send(site, &token).await);
                assert_eq!(browser.status().await, 401);
            }
        })
        .await;
}

/// The provider's metadata decide, not what its keys could do.
#[tokio::test]
async fn the_algorithm_is_one_that_the_provider_promises() {
    renewing()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let token = site.bench.idp.logout_token();
            let reply = send(site, &token.clone().alg(Algorithm::Rs256).mint()).await;
            assert_refused("RS256", &reply);
            assert_done(&send(site, &token.mint()).await);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn only_one_token_in_a_form_is_read() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let token = site.bench.idp.logout_token().mint();
            let post = || site.server.request(Method::POST, PATH);
            let twice = [("logout_token", &*token), ("logout_token", &*token)];
            assert_refused("repeated", &Reply::of(post().form(&twice)).await);
            assert_refused(
                "missing",
                &Reply::of(post().form(&[("token", &token)])).await,
            );
            assert_refused("no body", &Reply::of(post()).await);
            let in_query = post()
                .query(&[("logout_token", &token)])
                .form(&[("a", "b")]);
            assert_refused("in the query", &Reply::of(in_query).await);
            let json = post().json(&json!({ "logout_token": token }));
            assert_refused("as JSON", &Reply::of(json).await);
            let text = post().body(format!("logout_token={token}"));
            assert_refused("without a type", &Reply::of(text).await);
            let padding = "x".repeat(65 * 1024);
            let large = [("logout_token", &*token), ("padding", &padding)];
            let reply = Reply::of(post().form(&large)).await;
            assert_eq!(reply.status, 413, "{reply:?}");
            let reply = Reply::of(site.server.request(Method::GET, PATH)).await;
            assert_eq!(reply.status, 405, "{reply:?}");
            assert_eq!(reply.headers["allow"], "POST");
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

/// Anyone can send tokens with made-up keys: they cost the provider one fetch per cool-down.
#[tokio::test]
async fn unknown_keys_are_looked_up_sparingly() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for number in 0..20 {
                let kid = format!("unknown-{number}");
                let token = site.bench.idp.logout_token().kid(&*kid).mint();
                assert_refused(&kid, &send(site, &token).await);
            }
            let fetches = site.bench.idp.hits(Endpoint::Jwks);
            assert!(fetches <= 1, "{fetches}");
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

#[tokio::test]
async fn new_keys_of_the_provider_are_found() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.bench.idp.rotate_keys();
            // Beyond the cool-down of key fetches.
            site.advance(600);
            let token = site.bench.idp.logout_token().mint();
            assert_done(&send(site, &token).await);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

/// 503 lets the provider try again, which 400 would not.
#[tokio::test]
async fn trouble_of_our_own_is_no_refusal() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let token = site.bench.idp.logout_token().mint();
            if let Some(store) = &site.store {
                store.fail(true);
                let reply = send(site, &token).await;
                assert_eq!(reply.status, 503, "{reply:?}");
                assert!(reply.headers.contains_key("retry-after"), "{reply:?}");
                store.fail(false);
                assert_done(&send(site, &token).await);
                assert_eq!(browser.status().await, 401);
                return;
            }
            site.bench.idp.rotate_keys();
            site.advance(600);
            site.bench.idp.fault(Endpoint::Jwks, Fault::Down);
            let token = site.bench.idp.logout_token().mint();
            let reply = send(site, &token).await;
            assert_eq!(reply.status, 503, "{reply:?}");
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

/// What the provider does when its user signs out there.
#[tokio::test]
async fn the_provider_delivers() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(1);
            let sid = browser.sid().await;
            let token = site.bench.idp.logout_token().sid(&sid).mint();
            let both = tokio::join!(send(site, &token), send(site, &token));
            assert_done(&both.0);
            assert_done(&both.1);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}
