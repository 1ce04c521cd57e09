//! A refresh renews what a user may do.

use oidc::Userinfo;
use oidc_devidp::{Endpoint, Fault};
use serde_json::json;

use super::refresh::{all_succeed, crowd};
use crate::keys::until;
use crate::session_support::site::{Setup, Site, renewing};

#[tokio::test]
async fn a_demotion_counts_after_the_next_refresh() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            all_succeed(crowd(&browser, "/grouped", 1)).await;
            let auth_time = browser.me().await["claims"]["auth_time"].clone();
            site.advance(300);
            let id_token = site.refreshed_id_token().claim("auth_time", auth_time);
            let response = json!({
                "access_token": site.bench.idp.token().claim("groups", json!(["guest"])).mint(),
                "id_token": id_token.claim("groups", json!(["guest"])).mint(),
                "token_type": "Bearer",
            });
            let fault = Fault::Body(response.to_string());
            site.bench.idp.fault(Endpoint::Token, fault);
            assert_eq!(browser.get("/grouped").await.status, 403);
            assert_eq!(browser.status().await, 200);
            // And back again.
            site.bench.idp.heal();
            site.advance(300);
            all_succeed(crowd(&browser, "/grouped", 1)).await;
        })
        .await;
}

/// Claims of an access token that stands for somebody else are nobody's.
#[tokio::test]
async fn an_access_token_of_somebody_else_adds_nothing() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("bob").await;
            site.advance(300);
            let access_token = site.bench.idp.token().sub("alice").mint();
            let response = json!({ "access_token": access_token, "token_type": "Bearer" });
            let fault = Fault::Body(response.to_string());
            site.bench.idp.fault(Endpoint::Token, fault);
            assert_eq!(browser.get("/grouped").await.status, 403);
            assert_eq!(browser.me().await["sub"], "bob");
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}

/// Sessions that ask the userinfo endpoint at each refresh.
fn asking() -> Setup {
    renewing().sessions(|sessions| sessions.userinfo(Userinfo::Always))
}

/// Lets the userinfo endpoint say this.
fn say(site: &Site, subject: &str, group: &str) {
    let said = json!({ "sub": subject, "groups": [group] });
    let fault = Fault::Body(said.to_string());
    site.bench.idp.fault(Endpoint::Userinfo, fault);
}

/// If it fails, or speaks of somebody else, the old answer counts.
#[tokio::test]
async fn the_userinfo_endpoint_is_asked_at_each_refresh() {
    asking()
        .run(async |site| {
            say(site, "bob", "admin");
            let browser = site.signed_in("bob").await;
            let admin = async |status| {
                assert_eq!(browser.get("/admin").await.status, status);
                site.advance(300);
            };
            admin(200).await;
            let fault = Fault::Status(500);
            site.bench.idp.fault(Endpoint::Userinfo, fault);
            admin(200).await;
            say(site, "bob", "guest");
            admin(403).await;
            say(site, "alice", "admin");
            admin(403).await;
            say(site, "bob", "admin");
            admin(200).await;
        })
        .await;
}

#[tokio::test]
async fn a_logout_counts_while_the_userinfo_endpoint_is_asked() {
    asking()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let asked = || site.bench.idp.hits(Endpoint::Userinfo);
            let before = asked();
            site.bench.idp.fault(Endpoint::Userinfo, Fault::Hold);
            site.advance(300);
            // A second one could come when the tokens are renewed already, and before the logout.
            let waiting = crowd(&browser.copy(), "/me", 1);
            until(async || asked() > before).await;
            site.oidc.end_sessions_of("alice").await.expect("it works");
            say(site, "alice", "guest");
            for reply in waiting.join_all().await {
                assert_eq!(reply.status, 401, "{reply:?}");
            }
        })
        .await;
}
