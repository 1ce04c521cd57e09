//! The OpenID Foundation's tests for relying parties, by their names.

mod basic;
mod discovery;
mod logout;
mod refresh;
mod rejections;
mod userinfo;

use super::{Browser, NATIVE, app, assert_error, location, parameter, tokens, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

/// The two ends of a sign-in: our own callback, and a native client that brings the code.
#[derive(Clone, Copy, Debug)]
enum End {
    Callback,
    Token,
}

impl End {
    const BOTH: [Self; 2] = [Self::Callback, Self::Token];

    /// A sign-in of alice, to its end.
    async fn reach(self, browser: &Browser<'_>, bench: &Bench) -> Reply {
        match self {
            Self::Callback => {
                let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
                browser.open(&landing).await
            }
            Self::Token => {
                let landing = browser.sign_in(&bench.idp, NATIVE).await;
                let get = |name| parameter(&landing, name).unwrap_or_default();
                let form = [
                    ("code", &*get("code")),
                    ("redirect_uri", NATIVE),
                    ("code_verifier", &get("state")),
                ];
                browser.post("token", &form).await
            }
        }
    }
}

async fn signs_in(server: &Server, bench: &Bench) {
    for end in End::BOTH {
        tokens(&end.reach(&Browser::new(server), bench).await);
    }
}

/// A provider with which a sign-in succeeds, on both frameworks.
async fn accepts(bench: &Bench) {
    for_both(
        app(),
        || bench.oidc(),
        async |server| signs_in(server, bench).await,
    )
    .await;
}
