//! What pages of other origins can do with somebody's session.

use super::shop::server_rendered;

/// `SameSite=Lax`: links work, forms come without the cookie.
#[tokio::test]
async fn another_site_can_link_but_not_post() {
    server_rendered(async |shop| {
        let elsewhere = format!("open {}", shop.addresses.cross_site);
        let steps = [
            "open /orders",
            "sign-in",
            &elsewhere,
            "follow /orders",
            &elsewhere,
            "submit /orders",
        ];
        let seen = shop.visit(&steps).await;
        seen[3].assert_trail(&["GET /orders 200"]);
        let trail = seen[5].0["trail"].as_array().expect("a list");
        assert_eq!(trail[0], "POST /orders 303", "{shop}: {seen:#?}");
        assert_eq!(trail[1], "GET /auth/v2/login 307", "{shop}: {seen:#?}");
    })
    .await;
}

/// Another application of the same site: the cookie comes along, and the request is rejected.
#[tokio::test]
async fn another_origin_of_the_site_cannot_post() {
    server_rendered(async |shop| {
        let elsewhere = format!("open {}", shop.addresses.same_site);
        let steps = [
            "open /orders",
            "sign-in",
            &elsewhere,
            "submit /orders",
            &elsewhere,
            "submit /auth/v2/logout",
            &elsewhere,
            "follow /orders",
        ];
        let seen = shop.visit(&steps).await;
        seen[3].assert_trail(&["POST /orders 403"]);
        seen[3].assert_shows("cross_origin");
        seen[5].assert_trail(&["POST /auth/v2/logout 403"]);
        seen[7].assert_trail(&["GET /orders 200"]);
    })
    .await;
}

/// A link cannot sign anybody out: it asks first.
#[tokio::test]
async fn another_site_cannot_sign_out() {
    server_rendered(async |shop| {
        let elsewhere = format!("open {}", shop.addresses.cross_site);
        let steps = [
            "open /orders",
            "sign-in",
            &elsewhere,
            "follow /auth/v2/logout",
            "open /orders",
            &elsewhere,
            "follow /auth/v2/logout",
            "click Sign out",
        ];
        let seen = shop.visit(&steps).await;
        seen[3].assert_trail(&["GET /auth/v2/logout 200"]);
        seen[4].assert_trail(&["GET /orders 200"]);
        seen[7].assert_trail(&["POST /auth/v2/logout 303", "GET / 200"]);
        seen[7].assert_shows("Sign in");
    })
    .await;
}

/// The handshake of a WebSocket is a `GET` to which browsers add cookies, whichever page it is of.
#[tokio::test]
async fn websockets_are_for_own_pages() {
    server_rendered(async |shop| {
        let same_site = format!("open {}", shop.addresses.same_site);
        let cross_site = format!("open {}", shop.addresses.cross_site);
        let steps = [
            "open /orders",
            "sign-in",
            "socket /orders",
            &same_site,
            "socket /orders",
            &cross_site,
            "socket /orders",
        ];
        let seen = shop.visit(&steps).await;
        assert_eq!(seen[2].result(), 200, "{shop}: it reaches the handler");
        assert_eq!(seen[4].result(), 403, "{shop}: with the cookie");
        assert_eq!(seen[6].result(), 401, "{shop}: without it");
    })
    .await;
}
