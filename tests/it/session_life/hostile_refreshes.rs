//! The ID token of a refresh is validated in full (OpenID Connect Core §12.2).

use oidc_devidp::{Endpoint, Fault, TestKey, TokenBuilder};
use serde_json::{Value, json};

use crate::session_support::browser::Browser;
use crate::session_support::site::{Site, renewing};

/// Changes a genuine ID token for alice; the session's own is at hand.
type Change = fn(TokenBuilder, &Value) -> TokenBuilder;

/// Lets the next refresh return this ID token.
fn respond(site: &Site, id_token: Option<TokenBuilder>) {
    let mut response = json!({
        "access_token": "opaque",
        "token_type": "Bearer",
        "expires_in": 300,
        "refresh_token": "new-refresh-token",
    });
    if let Some(id_token) = id_token {
        response["id_token"] = json!(id_token.mint());
    }
    let fault = Fault::Body(response.to_string());
    site.bench.idp.fault(Endpoint::Token, fault);
}

/// An ID token as this provider returns it for a refresh of this browser's session.
async fn id_token(site: &Site, browser: &Browser) -> (TokenBuilder, Value) {
    let claims = browser.me().await["claims"].clone();
    site.advance(300);
    let token = site.refreshed_id_token();
    let token = token.claim("auth_time", claims["auth_time"].clone());
    (token, claims)
}

#[tokio::test]
async fn what_is_not_valid_ends_the_session_and_is_revoked() {
    let changes: [(&str, Change); 12] = [
        ("another user", |token, _| token.sub("bob")),
        ("no user", |token, _| token.without("sub")),
        ("another key", |token, _| token.key(&TestKey::ec_p256())),
        ("no signature", |token, _| token.unsigned()),
        ("another nonce", |token, _| token.nonce("another")),
        ("no text as nonce", |token, _| {
            token.claim("nonce", json!(7))
        }),
        ("another authentication", |token, claims| {
            let time = claims["auth_time"].as_i64().expect("a time");
            token.claim("auth_time", json!(time + 1))
        }),
        ("another issuer", |token, _| {
            token.issuer("https://another.example")
        }),
        ("another client", |token, _| token.audience("another")),
        ("for another party", |token, _| {
            token.claim("azp", json!("another"))
        }),
        ("expired", |token, _| token.expires_in(-60)),
        ("an access token's hash", |token, _| {
            token.claim("at_hash", json!("AAAA"))
        }),
    ];
    renewing()
        .run(async |site| {
            for (case, change) in changes {
                let browser = site.signed_in("alice").await;
                let copy = browser.copy();
                let (token, claims) = id_token(site, &browser).await;
                respond(site, Some(change(token, &claims)));
                assert_eq!(browser.status().await, 401, "{case}");
                assert!(!browser.has_session(), "{case}");
                site.until_revoked().await;
                site.bench.idp.heal();
                assert_eq!(copy.status().await, 401, "{case}");
                assert_eq!(site.token_calls(), 1, "{case}");
            }
        })
        .await;
}

#[tokio::test]
async fn what_is_valid_renews_the_facts() {
    let changes: [(&str, Change); 4] = [
        ("as it is", |token, _| token),
        ("with the nonce of the sign-in", |token, claims| {
            token.claim("nonce", claims["nonce"].clone())
        }),
        ("without the time of authentication", |token, _| {
            token.without("auth_time")
        }),
        ("for another session", |token, _| token.sid("another")),
    ];
    renewing()
        .run(async |site| {
            for (case, change) in changes {
                let browser = site.signed_in("alice").await;
                let (token, claims) = id_token(site, &browser).await;
                assert!(claims["nonce"].is_string(), "{claims}");
                respond(
                    site,
                    Some(change(token, &claims).claim("note", json!(case))),
                );
                assert_eq!(browser.me().await["claims"]["note"], case);
                assert_eq!(browser.get("/token").await.body, "opaque", "{case}");
                site.bench.idp.heal();
            }
        })
        .await;
}

/// Neither is the user signed out, nor are claims believed that nobody could check: not then, and
/// not when a later refresh brings no ID token.
#[tokio::test]
async fn without_keys_the_old_facts_count() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("bob").await;
            assert_eq!(browser.get("/grouped").await.status, 403);
            let (token, before) = id_token(site, &browser).await;
            site.bench.idp.fault(Endpoint::Jwks, Fault::Down);
            let token = token.sub("bob").kid("unknown").key(&TestKey::ec_p256());
            respond(site, Some(token.claim("groups", json!(["admin"]))));
            assert_eq!(browser.me().await["claims"], before);
            assert_eq!(browser.get("/token").await.body, "opaque");
            assert_eq!(browser.get("/grouped").await.status, 403);
            site.bench.idp.heal();
            respond(site, None);
            site.advance(300);
            assert_eq!(browser.me().await["claims"]["nonce"], before["nonce"]);
            assert_eq!(browser.get("/grouped").await.status, 403);
            assert_eq!(site.token_calls(), 2);
        })
        .await;
}

#[tokio::test]
async fn rotated_keys_end_no_session() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.bench.idp.rotate_keys();
            site.advance(300);
            let before = browser.me().await["claims"]["iat"].clone();
            site.advance(300);
            assert_ne!(browser.me().await["claims"]["iat"], before);
        })
        .await;
}
