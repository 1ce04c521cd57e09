//! The OpenID Foundation's tests for relying parties, by their names, where a sign-in is to a session.
//!
//! Those for clients that take the tokens themselves are in `sign_in/relying_party`.

use oidc::Userinfo;
use oidc_devidp::{Algorithm, Endpoint, Tamper, TestIdp, TestKey};
use serde_json::json;

use crate::session_support::browser::Browser;
use crate::session_support::site::{Setup, Site, setup};
use crate::sign_in::{location, parameter};

/// What comes of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Session,
    /// None, and the userinfo endpoint gets no request.
    InvalidIdToken,
    /// None, because of what the userinfo endpoint said.
    InvalidUserinfo,
}

/// A name, what the provider does, and what comes of it.
type Module = (&'static str, fn(&TestIdp), End);

/// All of the plan `oidcc-client-basic-certification-test-plan` but `oidcc-client-test-client-secret-basic`.
const BASIC: [Module; 13] = [
    ("oidcc-client-test", |_| {}, End::Session),
    (
        "oidcc-client-test-invalid-iss",
        |idp| idp.tamper(Tamper::InvalidIss),
        End::InvalidIdToken,
    ),
    (
        "oidcc-client-test-missing-sub",
        |idp| idp.tamper(Tamper::MissingSub),
        End::InvalidIdToken,
    ),
    (
        "oidcc-client-test-invalid-aud",
        |idp| idp.tamper(Tamper::InvalidAud),
        End::InvalidIdToken,
    ),
    (
        "oidcc-client-test-missing-iat",
        |idp| idp.tamper(Tamper::MissingIat),
        End::InvalidIdToken,
    ),
    (
        "oidcc-client-test-kid-absent-single-jwks",
        |idp| idp.tamper(Tamper::KidAbsent),
        End::Session,
    ),
    // A few keys are all tried.
    (
        "oidcc-client-test-kid-absent-multiple-jwks",
        |idp| {
            let mut jwks = idp.jwks();
            let keys = jwks["keys"].as_array_mut().expect("a list");
            keys.insert(0, TestKey::rsa(2048).jwk("another"));
            idp.publish_jwks(jwks);
            idp.tamper(Tamper::KidAbsent);
        },
        End::Session,
    ),
    ("oidcc-client-test-idtoken-sig-rs256", |_| {}, End::Session),
    (
        "oidcc-client-test-idtoken-sig-none",
        |idp| idp.tamper(Tamper::SigNone),
        End::InvalidIdToken,
    ),
    (
        "oidcc-client-test-invalid-sig-rs256",
        |idp| idp.tamper(Tamper::InvalidSig),
        End::InvalidIdToken,
    ),
    (
        "oidcc-client-test-userinfo-invalid-sub",
        |idp| idp.tamper(Tamper::UserinfoWrongSub),
        End::InvalidUserinfo,
    ),
    (
        "oidcc-client-test-nonce-invalid",
        |idp| idp.tamper(Tamper::WrongNonce),
        End::InvalidIdToken,
    ),
    (
        "oidcc-client-test-scope-userinfo-claims",
        |_| {},
        End::Session,
    ),
];

fn rs256() -> Setup {
    setup()
        .idp(|idp| idp.algorithm(Algorithm::Rs256))
        .sessions(|sessions| sessions.userinfo(Userinfo::Always))
}

/// A sign-in of alice in a new browser.
async fn sign_in(site: &Site) -> (Browser, u16) {
    let browser = site.browser();
    let authorization = browser.begin("/auth/v2/login").await;
    site.bench.idp.reset_hits();
    let reply = browser.finish(&authorization, "alice").await;
    let leads_on = reply.headers.contains_key("location");
    assert_eq!(leads_on, reply.status == 303, "{reply:?}");
    (browser, reply.status)
}

async fn passes(site: &Site, (name, provider, end): Module) {
    // Without the keys that the instance knows from the other modules.
    let site = site.another();
    provider(&site.bench.idp);
    let (browser, status) = sign_in(&site).await;
    let asked = site.bench.idp.hits(Endpoint::Userinfo);
    site.bench.idp.untamper();
    site.bench.idp.heal();
    let refused = matches!(status, 400..=599);
    assert_eq!(refused, end != End::Session, "{name}: {status}");
    assert_eq!(asked, usize::from(end != End::InvalidIdToken), "{name}");
    assert_eq!(browser.has_session(), end == End::Session, "{name}");
    assert_eq!(browser.is_signed_in().await, end == End::Session, "{name}");
    if end == End::Session {
        let me = browser.me().await;
        let names = [&me["sub"], &me["name"], &me["email"]];
        assert_eq!(
            json!(names),
            json!(["alice", "Alice Liddell", "alice@example.org"]),
            "{name}"
        );
    }
}

#[tokio::test]
async fn basic() {
    rs256()
        .run(async |site| {
            for module in BASIC {
                passes(site, module).await;
            }
        })
        .await;
}

/// Elliptic curves as well, of which the plan has a variant.
#[tokio::test]
async fn basic_with_es256() {
    let with_es256 = [
        "oidcc-client-test",
        "oidcc-client-test-kid-absent-single-jwks",
        "oidcc-client-test-invalid-sig-rs256",
    ];
    rs256()
        .idp(|idp| idp.algorithm(Algorithm::Es256))
        .run(async |site| {
            for module in BASIC
                .into_iter()
                .filter(|(name, ..)| with_es256.contains(name))
            {
                passes(site, module).await;
            }
        })
        .await;
}

/// `oidcc-client-test-client-secret-basic`. The secret has characters that form encoding changes.
#[tokio::test]
async fn client_secret_basic() {
    const SECRET: &str = "s3cret+/%: &=";
    for (secret, status) in [(SECRET, 303), ("another secret", 502)] {
        rs256()
            .idp(|idp| {
                idp.configure(|config| config.clients[0].client_secret = Some(SECRET.to_owned()))
            })
            .client(move |client| client.client_secret(secret))
            .run(async |site| {
                let (browser, found) = sign_in(site).await;
                assert_eq!(found, status, "{secret}");
                assert_eq!(browser.has_session(), status == 303, "{secret}");
            })
            .await;
    }
}

/// `oidcc-client-test-3rd-party-init-login`. Nothing but what the standard lets the third party choose
/// gets to the provider.
#[tokio::test]
async fn third_party_init_login() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let issuer = site.bench.idp.issuer();
            let login = format!(
                "/auth/v2/login?iss={issuer}&login_hint=alice&target_link_uri=/me&client_id=evil&redirect_uri_=x"
            );
            let authorization = browser.begin(&login).await;
            for (name, value) in [
                ("login_hint", Some("alice")),
                ("client_id", Some("shop")),
                ("scope", Some("openid profile email")),
                ("iss", None),
                ("target_link_uri", None),
            ] {
                assert_eq!(parameter(&authorization, name).as_deref(), value, "{name}");
            }
            let reply = browser.finish(&authorization, "alice").await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/me"));
            assert_eq!(browser.me().await["sub"], "alice");

            for refused in [
                format!("/auth/v2/login?iss={issuer}/&target_link_uri=/me"),
                "/auth/v2/login?iss=https://evil.example&target_link_uri=/me".to_owned(),
                format!("/auth/v2/login?iss={issuer}&target_link_uri=https://evil.example/"),
                format!("/auth/v2/login?iss={issuer}&target_link_uri=/me&scope=admin"),
            ] {
                let reply = site.browser().open(&refused).await;
                assert_eq!(reply.status, 400, "{refused}: {reply:?}");
                assert!(!reply.headers.contains_key("location"), "{refused}");
            }
        })
        .await;
}
