//! The `state` of a logout is returned to the client unchanged.

use super::{Browser, app, for_both, location, parameter, with_browser};
use crate::support::bench::Bench;

const HOME: &str = "http://localhost:3000/bye";

/// Where the browser is sent after the provider.
async fn landing(browser: &Browser<'_>, bench: &Bench, state: Option<&str>) -> String {
    let hint = bench.idp.id_token().mint();
    let mut query = vec![("post_logout_redirect_uri", HOME), ("id_token_hint", &hint)];
    query.extend(state.map(|state| ("state", state)));
    let provider = location(&browser.get("logout", &query).await);
    assert!(provider.starts_with(bench.idp.issuer()), "{provider}");
    location(&browser.open(&provider).await)
}

async fn lands(state: Option<&str>) {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let landing = landing(&Browser::new(server), &bench, state).await;
            assert!(landing.starts_with(HOME), "{landing}");
            assert_eq!(parameter(&landing, "state").as_deref(), state);
        },
    )
    .await;
}

#[tokio::test]
async fn rp_init_logout() {
    lands(Some("s&t=\u{e4}")).await;
}

/// No state is added.
#[tokio::test]
async fn rp_init_logout_no_state() {
    lands(None).await;
}

/// Two concurrent logouts keep their own states.
#[tokio::test]
async fn rp_init_logout_other_state() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        for state in ["one", "other"] {
            let landing = landing(&browser, &bench, Some(state)).await;
            assert_eq!(parameter(&landing, "state").as_deref(), Some(state));
        }
    })
    .await;
}
