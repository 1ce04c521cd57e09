//! Clients that keep their own PKCE verifier (RFC 7636).

use oidc_devidp::Endpoint;

use super::{Browser, NATIVE, app, assert_error, location, parameter, tokens, with_browser};
use crate::support::bench::Bench;
use crate::support::servers::for_both;

/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const OTHER_VERIFIER: &str = "M25iVXpKU3puUjFaYWg3T1NDTDQtcW1ROUY5YXlwalNoc0hhakxifmZHag";

/// What a client gets when the browser returns to it.
struct Landed {
    redirect_uri: String,
    code: String,
    state: String,
}

impl Landed {
    async fn at(browser: &Browser<'_>, bench: &Bench, redirect_uri: &str) -> Self {
        let query = [
            ("redirect_uri", redirect_uri),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let login = location(&browser.get("login", &query).await);
        let challenge = parameter(&login, "code_challenge");
        assert_eq!(challenge.as_deref(), Some(CHALLENGE));
        let landing = bench.idp.sign_in(&login, "alice");
        let get = |name| parameter(&landing, name).expect("a code and a state");
        Self {
            redirect_uri: redirect_uri.to_owned(),
            code: get("code"),
            state: get("state"),
        }
    }

    fn form<'f>(&'f self, verifier: &'f str) -> [(&'static str, &'f str); 3] {
        [
            ("code", &self.code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", verifier),
        ]
    }

    fn form_with_state<'f>(
        &'f self,
        verifier: &'f str,
        state: &'f str,
    ) -> [(&'static str, &'f str); 4] {
        let [code, redirect_uri, verifier] = self.form(verifier);
        [code, redirect_uri, verifier, ("state", state)]
    }
}

#[tokio::test]
async fn bring_their_verifier() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landed = Landed::at(&browser, &bench, NATIVE).await;
        tokens(&browser.post("token", &landed.form(VERIFIER)).await);
    })
    .await;
}

/// With the state the sign-in is checked in full.
#[tokio::test]
async fn may_bring_the_state_too() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landed = Landed::at(&browser, &bench, NATIVE).await;
        let form = landed.form_with_state(VERIFIER, &landed.state);
        tokens(&browser.post("token", &form).await);
        bench.idp.reset_hits();
        let again = browser.post("token", &form).await;
        assert_error("replayed", &again, 400, "invalid_request");
        assert_eq!(bench.idp.hits(Endpoint::Token), 0);

        // The nonce of another sign-in of the same client.
        let landed = Landed::at(&browser, &bench, NATIVE).await;
        let other = Landed::at(&browser, &bench, NATIVE).await;
        let form = landed.form_with_state(VERIFIER, &other.state);
        let reply = browser.post("token", &form).await;
        assert_error("another sign-in", &reply, 502, "upstream_error");
    })
    .await;
}

/// An attacker who reads the address of the redirect does not have the verifier.
#[tokio::test]
async fn need_their_verifier() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landed = Landed::at(&browser, &bench, NATIVE).await;
        let ours = browser.sign_in(&bench.idp, NATIVE).await;
        let ours = parameter(&ours, "state").expect("a state");
        bench.idp.reset_hits();
        for (case, form, error) in [
            (
                "the state for a verifier",
                landed.form(&landed.state).to_vec(),
                "invalid_request",
            ),
            (
                "the state twice",
                landed
                    .form_with_state(&landed.state, &landed.state)
                    .to_vec(),
                "invalid_request",
            ),
            (
                "another verifier",
                landed
                    .form_with_state(OTHER_VERIFIER, &landed.state)
                    .to_vec(),
                "invalid_grant",
            ),
            (
                "a state with a verifier of its own",
                landed.form_with_state(VERIFIER, &ours).to_vec(),
                "invalid_grant",
            ),
            (
                "a forged state",
                landed.form_with_state(VERIFIER, "forged").to_vec(),
                "invalid_request",
            ),
            (
                "another redirect URI",
                vec![
                    ("code", &*landed.code),
                    ("redirect_uri", "http://localhost:53101/callback"),
                    ("code_verifier", VERIFIER),
                    ("state", &landed.state),
                ],
                "invalid_request",
            ),
        ] {
            let reply = browser.post("token", &form).await;
            assert_error(case, &reply, 400, error);
        }
        assert_eq!(bench.idp.hits(Endpoint::Token), 0);
        let form = landed.form_with_state(VERIFIER, &landed.state);
        tokens(&browser.post("token", &form).await);
    })
    .await;
}

/// With a page of the application the state names the browser as well.
#[tokio::test]
async fn in_a_browser() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let (browser, thief) = (Browser::new(server), Browser::new(server));
            let landed = Landed::at(&browser, &bench, &browser.page()).await;
            let form = landed.form_with_state(VERIFIER, &landed.state);
            bench.idp.reset_hits();
            let reply = thief.post("token", &form).await;
            assert_error("another browser", &reply, 400, "invalid_request");
            assert_eq!(bench.idp.hits(Endpoint::Token), 0);
            tokens(&browser.post("token", &form).await);
        },
    )
    .await;
}

#[tokio::test]
async fn what_is_rejected_at_the_login() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let callback = browser.callback();
        let (native, own) = (("redirect_uri", NATIVE), ("redirect_uri", &*callback));
        let (challenge, s256) = (
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        );
        let method = |name| ("code_challenge_method", name);
        let challenged = |challenge| [native, ("code_challenge", challenge), s256];
        let (short, long) = (&CHALLENGE[..42], format!("{CHALLENGE}A"));
        for query in [
            &[native, challenge][..],
            &[native, challenge, method("plain")],
            &[native, challenge, method("s256")],
            &[native, challenge, method("")],
            &[native, s256],
            &[native, ("code_challenge", ""), s256],
            &challenged(short),
            &challenged(&long),
            &challenged(&format!("{short}=")),
            &challenged(&format!("{short}+")),
            &challenged(&format!("{short}.")),
            // The last character has bits that a SHA-256 hash does not use.
            &challenged(&format!("{short}N")),
            // The callback has no verifier of the client's.
            &[own, challenge, s256],
        ] {
            let reply = browser.get("login", query).await;
            assert_error(&format!("{query:?}"), &reply, 400, "invalid_request");
            assert!(!reply.headers.contains_key("set-cookie"), "{reply:?}");
        }
    })
    .await;
}
