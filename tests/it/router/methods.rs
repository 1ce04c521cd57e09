//! The response 405 lists the methods that have a handler.

use reqwest::Method;

use super::APP;
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Framework, for_both};

#[tokio::test]
async fn that_are_not_served() {
    let bench = Bench::start().await;
    for_both(
        APP,
        || bench.oidc(),
        async |server| {
            let get = match server.framework {
                Framework::Axum => "GET,HEAD",
                Framework::Actix => "GET",
            };
            for (method, path, allowed) in [
                (Method::DELETE, "/orders", format!("{get},POST")),
                (Method::PUT, "/admin/open", get.to_owned()),
            ] {
                let request = server.request(method, path).bearer_auth(bench.good_token());
                let reply = Reply::of(request).await;
                assert_eq!(reply.status, 405, "{path}: {reply:?}");
                let allow = reply.headers["allow"].to_str().expect("ASCII");
                assert_eq!(allow.replace(' ', ""), allowed, "{path}");
            }
        },
    )
    .await;
}
