//! Pages that call an API.

use serde_json::json;

use super::shop::{server_rendered, single_page};

const FETCH: &str = "run fetch('/orders').then(async (response) => \
    [response.status, response.ok ? null : (await response.json()).login])";
const POST: &str = "run fetch('/orders', { method: 'POST', body: new URLSearchParams({ item: 'tea' }) })\
    .then((response) => [response.status, response.url])";

/// Only browsers that open a page are redirected.
#[tokio::test]
async fn a_script_is_told_where_to_sign_in() {
    server_rendered(async |shop| {
        let steps = ["open /", FETCH, "click Sign in", "sign-in", FETCH, POST];
        let seen = shop.visit(&steps).await;
        assert_eq!(*seen[1].result(), json!([401, "/auth/v2/login"]), "{shop}");
        assert_eq!(*seen[4].result(), json!([200, null]), "{shop}");
        let thanks = format!("{}/orders?thanks", shop.addresses.own);
        assert_eq!(*seen[5].result(), json!([200, thanks]), "{shop}");
    })
    .await;
}

/// What the page shows of the user, once it does.
const USER: &str = "run new Promise((done) => setInterval(() => \
    document.querySelector('#user').textContent && done(document.querySelector('#user').textContent)))";

/// The page of the guide: it sends its user to sign in, calls the API, and signs out.
#[tokio::test]
async fn the_page_of_the_guide() {
    single_page(async |shop| {
        let steps = [
            "leave /",
            "sign-in",
            USER,
            "run orders()",
            "run order('tea')",
            "leave-by signOut()",
        ];
        let seen = shop.visit(&steps).await;
        seen[0].assert_trail(&["GET / 200", "GET /api/auth/v2/login 307"]);
        seen[1].assert_trail(&["GET /api/auth/v2/callback 303", "GET / 200"]);
        assert_eq!(seen[2].result(), "Alice Liddell", "{shop}");
        assert_eq!(*seen[3].result(), json!([]), "{shop}");
        assert_eq!(*seen[4].result(), json!({ "item": "tea" }), "{shop}");
        // Back from the provider, the page finds no session.
        seen[5].assert_trail(&["GET / 200", "GET /api/auth/v2/login 307"]);
        assert_eq!(seen[5].cookies().len(), 1, "{shop}: only that of a sign-in");
    })
    .await;
}

/// The session ends while the page is open: the next call leads to the provider and back.
#[tokio::test]
async fn the_page_of_the_guide_without_its_session() {
    single_page(async |shop| {
        let end =
            "run fetch('/api/auth/v2/logout', { method: 'POST' }).then(({ status }) => status)";
        let steps = ["leave /", "sign-in", USER, end, "go-by orders()", USER];
        let seen = shop.visit(&steps).await;
        assert_eq!(seen[3].result(), 200, "{shop}");
        seen[4].assert_trail(&[
            "GET /api/auth/v2/login 307",
            "GET /api/auth/v2/callback 303",
            "GET / 200",
        ]);
        assert_eq!(seen[5].result(), "Alice Liddell", "{shop}");
    })
    .await;
}
