//! A refresh renews what a user may do.

use oidc_devidp::{Endpoint, Fault};
use serde_json::json;

use super::refresh::{all_succeed, crowd};
use crate::session_support::site::renewing;

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
