//! Responses that arrive when their session is over and the next one has begun.

use crate::keys::until;
use crate::session_support::app::Gate;
use crate::session_support::browser::Browser;
use crate::session_support::site::{Site, renewing};

/// How alice's session ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Logout,
    Handler,
    Application,
}

impl End {
    const ALL: [Self; 3] = [Self::Logout, Self::Handler, Self::Application];

    async fn happens(self, site: &Site, browser: &Browser) {
        let reply = match self {
            Self::Logout => browser.post("/auth/v2/logout", &[]).await,
            Self::Handler => browser.post("/end", &[]).await,
            Self::Application => {
                let ended = site.oidc.end_sessions_of("alice").await;
                return ended.expect("the store works");
            }
        };
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

/// Whether the application would remove its cookie or renew it, it would be the next one's.
#[tokio::test]
async fn the_cookie_of_the_next_session_stays() {
    renewing()
        .run(async |site| {
            for end in End::ALL {
                let browser = site.signed_in("alice").await;
                let gate = Gate::of(&browser.session_id().await);
                let same = browser.clone();
                let late = tokio::spawn(async move { same.post("/slow", &[]).await });
                until(async || gate.waiting() == 1).await;
                end.happens(site, &browser).await;
                site.advance(1);
                browser.sign_in("bob").await;
                let next = browser.session_cookie();
                gate.open();
                let reply = late.await.expect("no panic");
                assert_eq!(reply.status, 401, "{end:?}: {reply:?}");
                let has_cookie = reply.headers.contains_key("set-cookie");
                assert!(!has_cookie, "{end:?}: {reply:?}");
                assert_eq!(browser.session_cookie(), next, "{end:?}");
                assert_eq!(browser.me().await["sub"], "bob", "{end:?}");
            }
        })
        .await;
}
