//! The back button.

use super::shop::server_rendered;

/// Back to the provider's page, and from there to the callback once more: the user is signed in and
/// goes on.
#[tokio::test]
async fn going_back_to_the_callback_is_no_error() {
    server_rendered(async |shop| {
        let steps = [
            "open /orders",
            "sign-in",
            "back",
            "callback",
            "open /orders",
        ];
        let seen = shop.visit(&steps).await;
        for again in &seen[1..4] {
            again.assert_trail(&["GET /auth/v2/callback 303", "GET /orders 200"]);
            again.assert_shows("Order");
        }
        seen[4].assert_trail(&["GET /orders 200"]);
    })
    .await;
}

/// Pages of a user who has signed out are shown neither from a cache nor from memory.
#[tokio::test]
async fn going_back_after_signing_out_shows_nothing() {
    server_rendered(async |shop| {
        let steps = [
            "open /orders",
            "sign-in",
            "open /",
            "click Sign out",
            "back",
            "back",
        ];
        let seen = shop.visit(&steps).await;
        seen[2].assert_shows("Sign out");
        seen[4].assert_trail(&["GET / 200"]);
        seen[4].assert_shows("Sign in");
        seen[5].assert_trail(&["GET /orders 303", "GET /auth/v2/login 307"]);
        assert!(
            !seen[5].address().starts_with(shop.addresses.own),
            "{shop}: {seen:#?}"
        );
    })
    .await;
}

/// The same where a script signs out. It does not visit the provider, who signs the user in again.
#[tokio::test]
async fn going_back_after_a_script_signed_out_asks_again() {
    server_rendered(async |shop| {
        let steps = [
            "open /orders",
            "sign-in",
            "run fetch('/auth/v2/logout', { method: 'POST' }).then((response) => response.status)",
            "open /",
            "back",
        ];
        let seen = shop.visit(&steps).await;
        assert_eq!(seen[2].result(), 200, "{shop}");
        seen[3].assert_shows("Sign in");
        seen[4].assert_trail(&[
            "GET /orders 303",
            "GET /auth/v2/login 307",
            "GET /auth/v2/callback 303",
            "GET /orders 200",
        ]);
    })
    .await;
}
