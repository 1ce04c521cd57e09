//! Pages and forms that the server renders.

use super::shop::server_rendered;

#[tokio::test]
async fn a_guarded_page_is_shown_after_signing_in() {
    server_rendered(async |shop| {
        let seen = shop.visit(&["open /orders?page=2", "sign-in"]).await;
        seen[0].assert_trail(&["GET /orders 303", "GET /auth/v2/login 307"]);
        seen[1].assert_trail(&["GET /auth/v2/callback 303", "GET /orders 200"]);
        let page = format!("{}/orders?page=2", shop.addresses.own);
        assert_eq!(seen[1].address(), page, "{shop}");
    })
    .await;
}

#[tokio::test]
async fn a_form_is_posted_with_the_session() {
    server_rendered(async |shop| {
        let steps = [
            "open /",
            "click Sign in",
            "sign-in",
            "fill tea",
            "click Order",
        ];
        let seen = shop.visit(&steps).await;
        seen[2].assert_trail(&["GET /auth/v2/callback 303", "GET /orders 200"]);
        seen[4].assert_trail(&["POST /orders 303", "GET /orders 200"]);
        let page = format!("{}/orders?thanks", shop.addresses.own);
        assert_eq!(seen[4].address(), page, "{shop}");
    })
    .await;
}

/// The session has ended in another tab. The user is still signed in at the provider, and comes back
/// to the page with the form at once.
#[tokio::test]
async fn a_form_without_a_session_leads_to_the_sign_in_and_back() {
    server_rendered(async |shop| {
        let steps = [
            "open /orders",
            "sign-in",
            "run fetch('/auth/v2/logout', { method: 'POST' }).then((response) => response.status)",
            "click Order",
        ];
        let seen = shop.visit(&steps).await;
        assert_eq!(seen[2].result(), 200, "{shop}");
        seen[3].assert_trail(&[
            "POST /orders 303",
            "GET /auth/v2/login 307",
            "GET /auth/v2/callback 303",
            "GET /orders 200",
        ]);
        let page = format!("{}/orders", shop.addresses.own);
        assert_eq!(seen[3].address(), page, "{shop}: nothing is ordered");
    })
    .await;
}

/// Reloading the callback could not succeed.
#[tokio::test]
async fn a_failed_sign_in_can_be_tried_again() {
    server_rendered(async |shop| {
        let steps = ["open /orders", "decline", "click Try again", "sign-in"];
        let seen = shop.visit(&steps).await;
        seen[1].assert_trail(&["GET /auth/v2/callback 400"]);
        seen[2].assert_trail(&["GET /auth/v2/login 307"]);
        seen[3].assert_trail(&["GET /auth/v2/callback 303", "GET /orders 200"]);
    })
    .await;
}
