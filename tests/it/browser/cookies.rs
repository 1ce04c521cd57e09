//! The cookie of a session, as a browser stores it.

use serde_json::json;

use super::shop::server_rendered;

const DOCUMENT_COOKIE: &str = "run document.cookie";

#[tokio::test]
async fn has_the_strictest_attributes_that_the_address_allows() {
    server_rendered(async |shop| {
        let name = shop.oidc.session_cookie().expect("sessions are on");
        let prefix = if shop.is_https() {
            "__Host-Http-oidc-"
        } else {
            "oidc-session-"
        };
        assert!(name.starts_with(prefix), "{shop}: {name}");
        let seen = shop
            .visit(&["open /orders", "sign-in", DOCUMENT_COOKIE])
            .await;
        assert!(
            !seen[0].cookies().is_empty(),
            "{shop}: a cookie of the sign-in"
        );
        // That of the sign-in is gone.
        let [cookie] = seen[1].cookies() else {
            panic!("{shop}: one cookie: {seen:#?}");
        };
        assert_eq!(cookie["name"], name, "{shop}");
        assert_eq!(cookie["httpOnly"], true, "{shop}");
        assert_eq!(cookie["secure"], shop.is_https(), "{shop}");
        assert_eq!(cookie["sameSite"], "Lax", "{shop}");
        assert_eq!(cookie["path"], "/", "{shop}");
        assert_eq!(cookie["expires"], -1, "{shop}: it ends with the browser");
        let host = cookie["domain"].as_str().expect("a host");
        assert!(!host.starts_with('.'), "{shop}: of this host only");
        assert_eq!(seen[2].result(), "", "{shop}: scripts do not see it");
    })
    .await;
}

/// Not even a script of the application can put a session of somebody else in its place.
#[tokio::test]
async fn scripts_cannot_set_it() {
    server_rendered(async |shop| {
        let name = shop.oidc.session_cookie().expect("sessions are on");
        let secure = if shop.is_https() { "; secure" } else { "" };
        let forge = format!("run document.cookie = '{name}=1.forged; path=/{secure}'");
        let steps = [
            "open /",
            &forge,
            "open /orders",
            "sign-in",
            &forge,
            "open /orders",
        ];
        let seen = shop.visit(&steps).await;
        // Over plain http there is no prefix that browsers would protect; the value is no session.
        let stored = usize::from(!shop.is_https());
        assert_eq!(seen[1].cookies().len(), stored, "{shop}");
        seen[2].assert_trail(&["GET /orders 303", "GET /auth/v2/login 307"]);
        assert_eq!(seen[3].cookies(), seen[4].cookies(), "{shop}");
        seen[5].assert_trail(&["GET /orders 200"]);
    })
    .await;
}

#[tokio::test]
async fn is_gone_after_signing_out() {
    server_rendered(async |shop| {
        let steps = ["open /orders", "sign-in", "open /", "click Sign out"];
        let seen = shop.visit(&steps).await;
        let signed_out = &seen[3];
        assert_eq!(json!(signed_out.cookies()), json!([]), "{shop}");
        signed_out.assert_trail(&["GET /auth/v2/logout 303", "GET / 200"]);
        signed_out.assert_shows("Sign in");
    })
    .await;
}
